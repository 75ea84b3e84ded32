import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode, UserError } from '../../common/errors';
import { asDiskError } from '../../common/files';
import { identifyProcess, isAlive, type ProcessIdentity } from './processIdentity';

const lockSchema = z.object({ pid: z.int().positive(), startedAt: z.string().max(200).optional() });

/** A takeover lasts milliseconds; an older one was left by a process that died in it. */
const abandonedTakeoverMs = 10_000;

function lockPath(runFolder: string): string {
  return join(runFolder, 'lock.json');
}

/** The live process that works in a run folder, or undefined. */
export function findLiveOwner(runFolder: string): ProcessIdentity | undefined {
  const owner = readLock(runFolder);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

/** @throws UserError `already-running` when a live process works in this run folder. */
export function refuseLiveOwner(runFolder: string): void {
  const owner = findLiveOwner(runFolder);
  if (owner !== undefined) throw alreadyRunning(runFolder, owner);
}

/**
 * Makes this process the owner of a run folder; only one process can take over the lock of a dead owner.
 * @throws UserError `already-running` when its owner is alive.
 */
export function acquireLock(runFolder: string): void {
  const mine = JSON.stringify(identifyProcess(process.pid)) + '\n';
  if (createFile(lockPath(runFolder), mine)) return;
  refuseLiveOwner(runFolder);
  takeOver(runFolder, mine);
}

/** Releases the run folder if this process owns it. Never throws: the next owner takes over a lock left behind. */
export function releaseLock(runFolder: string): void {
  if (readLock(runFolder)?.pid !== process.pid) return;
  try {
    rmSync(lockPath(runFolder), { force: true });
  } catch {
    // The folder is gone or has become read-only.
  }
}

/**
 * Nobody else may replace a dead owner's lock between our reading and replacing it: a second exclusive file
 * ensures that.
 */
function takeOver(runFolder: string, mine: string): void {
  const claim = `${lockPath(runFolder)}.takeover`;
  dropAbandoned(claim);
  if (!createFile(claim, mine)) throw alreadyRunning(runFolder);
  try {
    refuseLiveOwner(runFolder);
    const beside = nameBeside(lockPath(runFolder));
    writeFileSync(beside, mine);
    renameSync(beside, lockPath(runFolder));
  } finally {
    rmSync(claim, { force: true });
  }
}

function dropAbandoned(claim: string): void {
  const stat = statSync(claim, { throwIfNoEntry: false });
  if (stat !== undefined && Date.now() - stat.mtimeMs > abandonedTakeoverMs) rmSync(claim, { force: true });
}

/**
 * Makes a file that must not exist yet, complete from its first moment: an owner's lock seen while it is
 * empty would be taken for a torn one. Returns false when the file exists.
 */
function createFile(path: string, text: string): boolean {
  const beside = nameBeside(path);
  try {
    writeFileSync(beside, text, { flag: 'wx' });
    return linkOrWrite(beside, path, text);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw asDiskError(error, path);
  } finally {
    rmSync(beside, { force: true });
  }
}

/**
 * Disks without hard links (exFAT, some shares) get the file written directly.
 * @throws `EEXIST` when it exists.
 */
function linkOrWrite(beside: string, path: string, text: string): true {
  try {
    linkSync(beside, path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    writeFileSync(path, text, { flag: 'wx' });
  }
  return true;
}

function nameBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}`;
}

function readLock(runFolder: string): ProcessIdentity | undefined {
  try {
    return lockSchema.safeParse(JSON.parse(readFileSync(lockPath(runFolder), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function alreadyRunning(runFolder: string, owner?: ProcessIdentity): UserError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
  return new UserError(
    'already-running',
    `This run is already running: ${who} is working in ${runFolder}.`,
    `Wait for it to finish, or end it with "fingerprint-model runs cancel ${runFolder}".`,
  );
}
