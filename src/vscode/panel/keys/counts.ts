import { readKeyFilePublic, type KeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import { usualKeyCount } from '../../../contract/declarations/createKeySet';
import type { WorkspaceIndex } from '../../index/workspaceIndex';

/** How many keys sets hold, and their commitments; each file outside the workspace is read once. */
export class KeyCounts {
  private readonly known = new Map<string, KeyFilePublic>();

  constructor(private readonly index: Pick<WorkspaceIndex, 'keySets'>) {}

  /** Keys of the set at this path that are answered, or the usual number where it is no longer readable. */
  async count(path: string): Promise<number> {
    const { keyCount = usualKeyCount, quietCount = 0 } = (await this.header(path)) ?? {};
    return keyCount - quietCount;
  }

  /** What never changes in the part of the file that needs no passphrase; undefined where it is no longer readable. */
  async header(
    path: string,
  ): Promise<
    Pick<KeyFilePublic, 'keyCount' | 'quietCount' | 'commitment' | 'model' | 'baseDigest'> | undefined
  > {
    const found = this.index.keySets.find((keySet) => keySet.path === path)?.header;
    const known = found ?? this.known.get(path) ?? (await readKeyFilePublic(path).catch(() => undefined));
    if (known && !found) this.known.set(path, known);
    return known;
  }
}
