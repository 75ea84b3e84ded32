import { readKeyFilePublic, type KeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import { countAnswering } from '../../../contract/keyKinds';
import { usualKeyCount } from '../../../contract/declarations/createKeySet';
import type { WorkspaceIndex } from '../../index/workspaceIndex';

/** Keys of a set that are answered, by the part of its file that needs no passphrase. */
export function countOfHeader({ keyCount, kinds }: Pick<KeyFilePublic, 'keyCount' | 'kinds'>): number {
  return kinds ? countAnswering(kinds) : keyCount;
}

/** How many keys sets hold, and their commitments; each file outside the workspace is read once. */
export class KeyCounts {
  private readonly known = new Map<string, KeyFilePublic>();

  constructor(private readonly index: Pick<WorkspaceIndex, 'keySets'>) {}

  /** Keys of the set at this path that are answered, or the usual number where it is no longer readable. */
  async count(path: string): Promise<number> {
    const header = await this.header(path);
    return header ? countOfHeader(header) : usualKeyCount;
  }

  /** What never changes in the part of the file that needs no passphrase; undefined where it is no longer readable. */
  async header(
    path: string,
  ): Promise<Pick<KeyFilePublic, 'keyCount' | 'kinds' | 'commitment' | 'model' | 'baseDigest'> | undefined> {
    const found = this.index.keySets.find((keySet) => keySet.path === path)?.header;
    const known = found ?? this.known.get(path) ?? (await readKeyFilePublic(path).catch(() => undefined));
    if (known && !found) this.known.set(path, known);
    return known;
  }
}
