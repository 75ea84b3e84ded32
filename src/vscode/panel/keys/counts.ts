import { readKeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import { usualKeyCount } from '../../../contract/declarations/createKeySet';
import type { WorkspaceIndex } from '../../index/workspaceIndex';

/** How many keys sets hold; each file outside the workspace is read once. */
export class KeyCounts {
  private readonly known = new Map<string, number>();

  constructor(private readonly index: Pick<WorkspaceIndex, 'keySets'>) {}

  /** Keys of the set at this path, or the usual number where it is no longer readable. */
  async count(path: string): Promise<number> {
    const found = this.index.keySets.find((keySet) => keySet.path === path)?.header;
    if (found) return found.keyCount;
    const known = this.known.get(path);
    if (known !== undefined) return known;
    const header = await readKeyFilePublic(path).catch(() => undefined);
    if (header) this.known.set(path, header.keyCount);
    return header?.keyCount ?? usualKeyCount;
  }
}
