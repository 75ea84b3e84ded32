import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../common/errors';
import type * as keyFile from '../fingerprint/keyFile/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import type { UndrawnKeySet } from '../fingerprint/laterDraw/undrawnKeySet';
import { passphrasePrefix, StoredPassphrases } from './secrets/storedPassphrases';
import { requireTrust } from './trust';

type KeyFile = typeof keyFile;

/** An opened key set, with the passphrase that opens it. */
export interface Unlocked<Content> {
  readonly keySet: Content;
  readonly passphrase: string;
}

export type UnlockedKeySet = Unlocked<KeySet>;

/** Reads what a passphrase opens. */
type Read<Content> = (file: KeyFile, path: string, passphrase: string) => Promise<Content>;

/**
 * Passphrases of key sets, in the editor's secret storage and nowhere else. A set is unlocked while its passphrase
 * is there, whatever its file is called.
 */
export class KeySecrets implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** A passphrase was stored or forgotten. */
  readonly onDidChange = this.changed.event;
  private readonly stored: StoredPassphrases;
  private readonly watch: vscode.Disposable;

  constructor(storage: vscode.SecretStorage, findHeader: ConstructorParameters<typeof StoredPassphrases>[1]) {
    this.stored = new StoredPassphrases(storage, findHeader);
    this.watch = storage.onDidChange(({ key }) => {
      if (key.startsWith(passphrasePrefix)) this.changed.fire();
    });
  }

  async isUnlocked(path: string): Promise<boolean> {
    return (await this.stored.find(path)) !== undefined;
  }

  /** Stores the passphrase of a key set that has just been made or changed, or is about to be made. */
  async store(path: string, passphrase: string): Promise<void> {
    await this.stored.store(path, passphrase);
  }

  /** Locks a key set: next time its passphrase is asked for. */
  async forget(path: string): Promise<void> {
    await this.stored.forget(path);
  }

  /**
   * Opens a key set with the stored passphrase, or asks the user until one fits or they give up.
   * @throws Cancelled when they give up; UserError `not-trusted`, and as readKeyFile, but never
   * `wrong-passphrase`.
   */
  unlock(path: string): Promise<UnlockedKeySet> {
    return this.open(path, (file, ...rest) => file.readKeyFile(...rest));
  }

  /**
   * Opens an unlocked key set without a question; undefined for one that is locked, or cannot be opened.
   * @throws UserError `not-trusted`.
   */
  async openUnlocked(path: string): Promise<UnlockedKeySet | undefined> {
    requireTrust();
    try {
      return await this.tryStored(path, (file, ...rest) => file.readKeyFile(...rest));
    } catch (error) {
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  /** The same for a key set whose responses may not be drawn yet. */
  unlockAny(path: string): Promise<Unlocked<KeySet | UndrawnKeySet>> {
    return this.open(path, (file, ...rest) => file.readAnyKeyFile(...rest));
  }

  private async open<Content>(path: string, read: Read<Content>): Promise<Unlocked<Content>> {
    requireTrust();
    const opened = await this.tryStored(path, read);
    if (opened !== undefined) return opened;
    const found = await askFor(path, read);
    await this.store(path, found.passphrase);
    return found;
  }

  /**
   * Asks for the passphrase although it may be stored: before something that only its owner may do.
   * @throws Cancelled; UserError as unlockAny.
   */
  askAgain(path: string): Promise<Unlocked<KeySet | UndrawnKeySet>> {
    requireTrust();
    return askFor(path, (file, ...rest) => file.readAnyKeyFile(...rest), {
      title: `Change the Passphrase of ${basename(path)}`,
      prompt: 'The present passphrase',
    });
  }

  /** Opens a key set if the stored passphrase fits, and asks nothing. */
  private async tryStored<Content>(
    path: string,
    read: Read<Content>,
  ): Promise<Unlocked<Content> | undefined> {
    const stored = await this.stored.find(path);
    return stored === undefined ? undefined : tryPassphrase(path, stored, read);
  }

  dispose(): void {
    this.watch.dispose();
    this.changed.dispose();
  }
}

/** The code that opens key sets is loaded when the first one is opened, not when the editor starts. */
function loadKeyFile(): Promise<KeyFile> {
  return import('../fingerprint/keyFile/keyFile');
}

/** The boxes are loaded with the code that opens key sets. */
async function askFor<Content>(
  path: string,
  read: Read<Content>,
  words?: { readonly title: string; readonly prompt: string },
): Promise<Unlocked<Content>> {
  const { askPassphrase } = await import('./keySets/passphraseBox');
  return askPassphrase(path, (typed) => tryPassphrase(path, typed, read), words);
}

async function tryPassphrase<Content>(
  path: string,
  passphrase: string,
  read: Read<Content>,
): Promise<Unlocked<Content> | undefined> {
  const file = await loadKeyFile();
  try {
    return { keySet: await read(file, path, passphrase), passphrase };
  } catch (error) {
    if (error instanceof UserError && error.reason === 'wrong-passphrase') return undefined;
    throw error;
  }
}
