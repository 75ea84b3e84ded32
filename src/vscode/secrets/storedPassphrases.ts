import { lastingCommitment } from '../../fingerprint/keyFile/lastingCommitment';

/** What a key file shows without its passphrase, as far as it tells which set is in it. */
type Header = Parameters<typeof lastingCommitment>[0];

/** The editor's secret storage. */
export interface SecretMemory {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** Begins the names of our secrets. */
export const passphrasePrefix = 'passphrase:';

/**
 * Stored passphrases of key sets, by their commitment, so that a file may be renamed, moved or copied. Until a new
 * set is drawn, and in version 0.1.0, the path of its file stands for the commitment.
 */
export class StoredPassphrases {
  /** @param findHeader returns undefined where there is no key file that can be read. */
  constructor(
    private readonly memory: SecretMemory,
    private readonly findHeader: (path: string) => Promise<Header | undefined>,
  ) {}

  /** The passphrase of a key set. One that is stored by the path of its file is stored by its commitment from now on. */
  async find(path: string): Promise<string | undefined> {
    const name = await this.nameOf(path);
    const stored = await this.memory.get(name);
    if (stored !== undefined || name === passphrasePrefix + path) return stored;
    const byPath = await this.memory.get(passphrasePrefix + path);
    if (byPath === undefined) return undefined;
    await this.memory.store(name, byPath);
    await this.memory.delete(passphrasePrefix + path);
    return byPath;
  }

  async store(path: string, passphrase: string): Promise<void> {
    await this.memory.store(await this.nameOf(path), passphrase);
  }

  async forget(path: string): Promise<void> {
    for (const name of new Set([await this.nameOf(path), passphrasePrefix + path]))
      await this.memory.delete(name);
  }

  private async nameOf(path: string): Promise<string> {
    const header = await this.findHeader(path);
    return passphrasePrefix + (header ? lastingCommitment(header) : path);
  }
}
