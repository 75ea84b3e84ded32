import { readKeyFilePublic, type KeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import { usualKeyCount } from '../../../contract/declarations/createKeySet';

/** How many keys sets hold, and their commitments; each file is read once. */
export class KeyCounts {
  private readonly known = new Map<string, KeyFilePublic>();

  /** Keys of the set at this path, or the usual number where it is no longer readable. */
  async count(path: string): Promise<number> {
    return (await this.header(path))?.keyCount ?? usualKeyCount;
  }

  /** What never changes in the part of the file that needs no passphrase; undefined where it is no longer readable. */
  async header(
    path: string,
  ): Promise<Pick<KeyFilePublic, 'keyCount' | 'commitment' | 'model' | 'baseDigest'> | undefined> {
    const known = this.known.get(path) ?? (await readKeyFilePublic(path).catch(() => undefined));
    if (known) this.known.set(path, known);
    return known;
  }
}
