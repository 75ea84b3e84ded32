import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, lutimesSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { systemErrorCode, UserError } from '../../common/errors';
import { asDiskError } from '../../common/files';
import {
  hasStarted,
  identifyProcess,
  lookAtProcess,
  type ProcessIdentity,
} from '../../common/processIdentity';
import { readStrictText } from '../../common/strictFile';
import { privateFile } from './jobFile';
import { isRunnerOf } from './runnerProcess';

const lockSchema = z.object({ pid: z.int().positive(), startedAt: z.string().max(200).optional() });

const mostLockBytes = 4096;

/** A takeover lasts milliseconds; an older one was left by a process that died in it. */
const abandonedTakeoverMs = 10_000;
/** The editor and the command line hold a lock only while they record an end or remove a folder. */
const heldForMomentsMs = 60_000;
/** Where the system does not say when a process began: longer than any step that lets no lock be refreshed. */
const unseenMs = 3_600_000;

interface Lock {
  readonly owner: ProcessIdentity;
  /** Since it was written or refreshed; of a date in the future, how far that is away. */
  readonly ageMs: number;
}

function lockPath(runFolder: string): string {
  return join(runFolder, 'lock.json');
}

/** The live process that works in a run folder, or undefined. */
export function findLiveOwner(runFolder: string): ProcessIdentity | undefined {
  const lock = readLock(runFolder);
  return lock !== undefined && isLive(lock, runFolder) ? lock.owner : undefined;
}

/**
 * Whether the process that holds a lock still works in the folder. What a lock says is believed only as far as
 * the system agrees: anybody can write the number of any process into a folder. A runner of this folder, begun
 * when the lock says, is believed for as long as it lives; any other process with that start (the editor or the
 * command line, which hold a lock for moments) and a process of which the system says nothing are believed only
 * while the lock is fresh.
 */
function isLive({ owner, ageMs }: Lock, runFolder: string): boolean {
  const facts = lookAtProcess(owner.pid);
  if (facts === undefined) return false;
  if (facts.startedAt === undefined) return ageMs < unseenMs;
  if (!hasStarted(facts, owner)) return false;
  return isRunnerOf(runFolder, facts) || ageMs < heldForMomentsMs;
}

/** Shows that this process, which owns the lock, still works in the folder. Never throws. */
export function refreshLock(runFolder: string): void {
  if (readLock(runFolder)?.owner.pid !== process.pid) return;
  try {
    const now = new Date();
    lutimesSync(lockPath(runFolder), now, now);
  } catch {
    // The folder is gone or has become read-only.
  }
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
  if (readLock(runFolder)?.owner.pid !== process.pid) return;
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
    writeFileSync(beside, mine, { flag: 'wx', mode: privateFile });
    renameSync(beside, lockPath(runFolder));
  } finally {
    rmSync(claim, { force: true });
  }
}

function dropAbandoned(claim: string): void {
  const stat = lstatSync(claim, { throwIfNoEntry: false });
  if (stat !== undefined && Date.now() - stat.mtimeMs > abandonedTakeoverMs) rmSync(claim, { force: true });
}

/**
 * Makes a file that must not exist yet, complete from its first moment: an owner's lock seen while it is
 * empty would be taken for a torn one. Returns false when the file exists.
 */
function createFile(path: string, text: string): boolean {
  const beside = nameBeside(path);
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: privateFile });
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
    writeFileSync(path, text, { flag: 'wx', mode: privateFile });
  }
  return true;
}

function nameBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}`;
}

function readLock(runFolder: string): Lock | undefined {
  try {
    const path = lockPath(runFolder);
    const owner = lockSchema.safeParse(JSON.parse(readStrictText(path, mostLockBytes) ?? '')).data;
    return owner && { owner, ageMs: Math.abs(Date.now() - lstatSync(path).mtimeMs) };
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
