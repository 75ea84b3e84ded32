import { closeSync, lstatSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { systemErrorCode } from './errors';
import { asDiskError } from './files';
import { hasStarted, identifyProcess, lookAtProcess } from './processIdentity';
import { openStrictly, readStrictText } from './strictFile';

const holderSchema = z.object({
  host: z.string(),
  pid: z.int().positive(),
  startedAt: z.string().max(200).optional(),
});

type Holder = z.infer<typeof holderSchema>;

const mostHolderBytes = 4096;
const lookIntervalMs = 50;
/** Several times what any change of one file takes; a lock that is older was left behind. */
const abandonedMs = 120_000;

/**
 * Works while no other process of ours works on the same file: a lock file lies beside it for that time. A lock
 * whose process has died, or that is minutes old, is removed.
 * @param path free of links
 * @param patienceMs how long to wait for another process.
 * @param onBusy makes the error for when the wait was too short.
 * @throws UserError `not-writable` or `disk-full` where no file can be made beside it, and whatever `work`
 * throws.
 */
export async function withFileLock<Result>(
  path: string,
  { patienceMs, onBusy }: { readonly patienceMs: number; readonly onBusy: () => Error },
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = lockBeside(path);
  const endMs = Date.now() + patienceMs;
  while (!takeLock(lock, path)) {
    if (isAbandoned(lock) && removeAbandoned(lock)) continue;
    if (Date.now() > endMs) throw onBusy();
    await sleep(lookIntervalMs);
  }
  try {
    return await work();
  } finally {
    if (isMine(readHolder(lock))) rmSync(lock, { force: true });
  }
}

/** The lock file of a file: hidden, in the same folder. */
export function lockBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.lock`);
}

/** Errors name the file itself: that a lock beside it is needed does not concern the user. */
function takeLock(lock: string, path: string): boolean {
  let file: number;
  try {
    file = openStrictly(lock, 'create');
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw asDiskError(error, path);
  }
  try {
    writeSync(file, JSON.stringify({ host: hostname(), ...identifyProcess(process.pid) }));
    return true;
  } catch (error) {
    rmSync(lock, { force: true });
    throw asDiskError(error, path);
  } finally {
    closeSync(file);
  }
}

/**
 * Removes an abandoned lock, unless another process is about to: only whoever has a second exclusive file may
 * remove it, or a lock that was taken in between would be removed in its place.
 */
function removeAbandoned(lock: string): boolean {
  const claim = `${lock}.takeover`;
  try {
    if (ageOf(claim) > abandonedMs) rmSync(claim, { force: true });
    closeSync(openStrictly(claim, 'create'));
  } catch {
    return false;
  }
  try {
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(claim, { force: true });
  }
}

/** In ms since it was written, or how far its date is in the future; 0 where there is none. */
function ageOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Math.abs(Date.now() - stats.mtimeMs);
}

function isMine(holder: Holder | undefined): boolean {
  return holder?.host === hostname() && holder.pid === process.pid;
}

/** A lock that is being written cannot be read yet; it counts by its age alone. */
function isAbandoned(lock: string): boolean {
  if (ageOf(lock) > abandonedMs) return true;
  const holder = readHolder(lock);
  if (holder?.host !== hostname()) return false;
  const facts = lookAtProcess(holder.pid);
  return facts === undefined || (facts.startedAt !== undefined && !hasStarted(facts, holder));
}

function readHolder(lock: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(readStrictText(lock, mostHolderBytes) ?? '')).data;
  } catch {
    return undefined;
  }
}
