import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../../common/errors';

/** Distinguishes a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process began, in the system's own terms; absent where the system does not report it. */
  readonly startedAt?: string | undefined;
}

/** Replaces the start time of a process that is dead but still listed, because nobody asked how it ended. */
const ended = 'ended';

export function identifyProcess(pid: number): ProcessIdentity {
  const startedAt = readStartTime(pid);
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/** Whether this very process still runs: not dead, not a zombie, and not another one with a recycled number. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (!answersSignal(identity.pid)) return false;
  const startedAt = readStartTime(identity.pid);
  if (startedAt === ended) return false;
  return identity.startedAt === undefined || startedAt === undefined || startedAt === identity.startedAt;
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

function readStartTime(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readLinuxStartTime(pid);
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return undefined;
  } catch {
    return undefined;
  }
}

/**
 * Field 22 of /proc/<pid>/stat (proc(5)), in clock ticks since boot; the name in field 2 may contain spaces
 * and brackets.
 */
function readLinuxStartTime(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? ended : rest[18]!;
}
