import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { UserError } from '../../common/errors';
import { withFileLock } from '../../common/fileLock';
import { ignoreMissing, writeFileAtomic } from '../../common/files';
import { asPathError } from '../../common/pathErrors';
import type { KeySet } from '../keySet';
import type { DrandChain } from '../../beacon/chains';
import type { UndrawnKeySet } from '../laterDraw/undrawnKeySet';
import { assertStrongPassphrase, lockKeySet, readAnyKeyFile, readKeyFile, readKeyFileBytes } from './keyFile';

/** A change takes about two seconds. */
const usualPatienceMs = 30_000;
const mostTries = 3;

interface Change<Set> {
  /** The passphrase that opens the file now. */
  readonly passphrase: string;
  /** The one that opens it afterwards; the same when left out. */
  readonly newPassphrase?: string;
  /** Called again where something else changed the file meanwhile; what it throws leaves the file as it is. */
  readonly change: (keySet: Set) => KeySet | UndrawnKeySet;
  /** How long to wait for another process that changes the file. */
  readonly patienceMs?: number;
}

/**
 * Changes the drawn key set in a key file. Only one process at a time does so, and a file that something else
 * changed meanwhile is read again, so that no change is lost. Of a link the file that it leads to is changed.
 * @throws UserError `busy-key-file`, `weak-passphrase`, `disk-full`, `not-writable`, and as readKeyFile.
 */
export function changeKeyFile(path: string, change: Change<KeySet>): Promise<void> {
  return changeWith(path, readKeyFile, change);
}

/**
 * The same for a key set that may not be drawn yet.
 * @param chains as in readAnyKeyFile
 */
export function changeAnyKeyFile(
  path: string,
  change: Change<KeySet | UndrawnKeySet>,
  chains?: readonly DrandChain[],
): Promise<void> {
  return changeWith(path, (file, passphrase) => readAnyKeyFile(file, passphrase, chains), change);
}

async function changeWith<Set>(
  path: string,
  read: (path: string, passphrase: string) => Promise<Set>,
  { passphrase, newPassphrase = passphrase, change, patienceMs }: Change<Set>,
): Promise<void> {
  if (newPassphrase !== passphrase) assertStrongPassphrase(newPassphrase);
  await withKeyFileLock(path, patienceMs, async (target) => {
    for (let tries = 0; tries < mostTries; tries++) {
      const before = await digestFile(target);
      const text = await lockKeySet(change(await read(target, passphrase)), newPassphrase);
      if ((await digestFile(target)) !== before) continue;
      await writeFileAtomic(target, text, 0o600);
      return;
    }
    throw busy(path);
  });
}

/**
 * Checks that a key file can be changed later, before long work whose result is recorded in it.
 * @throws UserError as changeKeyFile, but opens nothing.
 */
export async function assertChangeable(path: string): Promise<void> {
  await withKeyFileLock(path, undefined, () => Promise.resolve());
}

async function withKeyFileLock(
  path: string,
  patienceMs: number = usualPatienceMs,
  work: (target: string) => Promise<void>,
): Promise<void> {
  const target = await resolveLinks(path);
  await withFileLock(target, { patienceMs, onBusy: () => busy(path) }, () => work(target));
}

/** A missing file keeps its name: reading it says what is wrong. */
async function resolveLinks(path: string): Promise<string> {
  try {
    return (await realpath(path).catch(ignoreMissing)) ?? path;
  } catch (error) {
    throw asPathError(error, path);
  }
}

async function digestFile(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readKeyFileBytes(path))
    .digest('hex');
}

function busy(path: string): UserError {
  return new UserError(
    'busy-key-file',
    `${path} is being changed by another process, so it was left as it is.`,
    'Wait until the other command has ended, then run this one again.',
  );
}
