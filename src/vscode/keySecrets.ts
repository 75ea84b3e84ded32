import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, UserError } from '../common/errors';
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
    let wrong = false;
    for (;;) {
      const passphrase = await askPassphrase(path, wrong);
      const found = await tryPassphrase(path, passphrase, read);
      if (found !== undefined) {
        await this.store(path, passphrase);
        return found;
      }
      wrong = true;
    }
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

/**
 * Asks for a new passphrase twice.
 * @throws Cancelled when the user gives up.
 */
export async function askNewPassphrase(path: string): Promise<string> {
  const title = `Passphrase for ${basename(path)}`;
  const passphrase = await ask({
    title,
    prompt: 'At least 8 characters, for example several words. Without it the keys are lost.',
    validateInput: findWeakness,
  });
  await ask({
    title,
    prompt: 'Repeat the passphrase',
    validateInput: (again) => (again === passphrase ? undefined : 'The passphrases differ.'),
  });
  return passphrase;
}

async function askPassphrase(path: string, wrong: boolean): Promise<string> {
  return ask({
    title: `Unlock ${basename(path)}`,
    prompt: wrong
      ? 'The passphrase is wrong, or the file is damaged. Try again.'
      : 'Passphrase of the key set',
  });
}

async function ask(options: vscode.InputBoxOptions): Promise<string> {
  const typed = await vscode.window.showInputBox({ ...options, password: true, ignoreFocusOut: true });
  if (typed === undefined || typed === '') throw new Cancelled();
  return typed;
}

/** The code that opens key sets is loaded when the first one is opened, not when the editor starts. */
function loadKeyFile(): Promise<KeyFile> {
  return import('../fingerprint/keyFile/keyFile');
}

async function findWeakness(passphrase: string): Promise<string | undefined> {
  const { assertStrongPassphrase } = await loadKeyFile();
  try {
    assertStrongPassphrase(passphrase);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
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
