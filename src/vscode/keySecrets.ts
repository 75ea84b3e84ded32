import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../common/errors';
import type * as keyFile from '../fingerprint/keyFile/keyFile';
import type { KeySet } from '../fingerprint/keySet';
import type { UndrawnKeySet } from '../fingerprint/laterDraw/undrawnKeySet';
import { requireTrust } from './trust';

type KeyFile = typeof keyFile;

const prefix = 'passphrase:';

/** An opened key set, with the passphrase that opens it. */
export interface Unlocked<Content> {
  readonly keySet: Content;
  readonly passphrase: string;
}

export type UnlockedKeySet = Unlocked<KeySet>;

/** Reads what a passphrase opens. */
type Read<Content> = (file: KeyFile, path: string, passphrase: string) => Promise<Content>;

/** Passphrases of key sets, by the path of the file. They are in the editor's secret storage and nowhere else. */
export class KeySecrets implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<string>();
  /** Carries the path of a key set whose passphrase was stored or forgotten. */
  readonly onDidChange = this.changed.event;
  private readonly watch: vscode.Disposable;

  constructor(private readonly storage: vscode.SecretStorage) {
    this.watch = storage.onDidChange(({ key }) => {
      if (key.startsWith(prefix)) this.changed.fire(key.slice(prefix.length));
    });
  }

  async isUnlocked(path: string): Promise<boolean> {
    return (await this.storage.get(prefix + path)) !== undefined;
  }

  /** Stores the passphrase of a key set that has just been made or changed. */
  async store(path: string, passphrase: string): Promise<void> {
    await this.storage.store(prefix + path, passphrase);
  }

  /** Keeps a key set unlocked, or locked, while `move` gives its file another path. */
  async follow(path: string, target: string, move: () => Promise<void>): Promise<void> {
    const stored = await this.storage.get(prefix + path);
    await move();
    if (stored === undefined) return;
    await this.store(target, stored);
    await this.forget(path);
  }

  /** Locks a key set: next time its passphrase is asked for. */
  async forget(path: string): Promise<void> {
    await this.storage.delete(prefix + path);
  }

  /**
   * Opens a key set with the stored passphrase, or asks the user until one fits or they give up.
   * @throws Cancelled when they give up; UserError `not-trusted`, and as readKeyFile, but never
   * `wrong-passphrase`.
   */
  unlock(path: string): Promise<UnlockedKeySet> {
    return this.open(path, (file, ...rest) => file.readKeyFile(...rest));
  }

  /** The same for a key set whose responses may not be drawn yet. */
  unlockAny(path: string): Promise<Unlocked<KeySet | UndrawnKeySet>> {
    return this.open(path, (file, ...rest) => file.readAnyKeyFile(...rest));
  }

  private async open<Content>(path: string, read: Read<Content>): Promise<Unlocked<Content>> {
    requireTrust();
    const stored = await this.storage.get(prefix + path);
    const opened = stored === undefined ? undefined : await tryPassphrase(path, stored, read);
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
