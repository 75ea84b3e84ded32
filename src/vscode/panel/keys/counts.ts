import { readKeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import { usualKeyCount } from '../../../contract/declarations/createKeySet';

/** How many keys sets hold; each file is read once. */
export class KeyCounts {
  private readonly known = new Map<string, number>();

  /** Keys of the set at this path, or the usual number where it is no longer readable. */
  async count(path: string): Promise<number> {
    const known = this.known.get(path);
    if (known !== undefined) return known;
    const header = await readKeyFilePublic(path).catch(() => undefined);
    if (header) this.known.set(path, header.keyCount);
    return header?.keyCount ?? usualKeyCount;
  }
}
