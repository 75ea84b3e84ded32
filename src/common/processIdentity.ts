import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemErrorCode } from './errors';

/** Distinguishes a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process began, in the system's own terms; absent where the system does not report it. */
  readonly startedAt?: string | undefined;
}

/** What the system says about a process with a given number. */
export interface ProcessFacts {
  /** Absent where the system does not report it. */
  readonly startedAt?: string;
  /** Its command line; absent where the system does not report it. */
  readonly command?: readonly string[] | string;
}

/** The width of a date in the words of ps(1): "Fri Nov 27 17:47:27 2026". */
const dateWidth = 24;

export function identifyProcess(pid: number): ProcessIdentity {
  const startedAt = lookAtProcess(pid)?.startedAt;
  return startedAt === undefined ? { pid } : { pid, startedAt };
}

/** The facts about a process, or undefined for one that is dead (or a zombie: listed because nobody asked how it ended). */
export function lookAtProcess(pid: number): ProcessFacts | undefined {
  if (!answersSignal(pid)) return undefined;
  try {
    if (process.platform === 'linux') return readLinuxFacts(pid);
    if (process.platform === 'darwin') return readMacFacts(pid);
  } catch {
    // Another user's process, on a system that hides those, or one that has just ended.
  }
  return answersSignal(pid) ? {} : undefined;
}

/** Whether two sightings are of the same process; unknown start times are never the same. */
export function hasStarted(facts: ProcessFacts, { startedAt }: ProcessIdentity): boolean {
  return facts.startedAt !== undefined && facts.startedAt === startedAt;
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/**
 * Field 22 of /proc/<pid>/stat (proc(5)), in clock ticks since boot; the name in field 2 may contain spaces
 * and brackets.
 */
function readLinuxFacts(pid: number): ProcessFacts | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return undefined;
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').split('\0');
  return { startedAt: rest[18]!, command };
}

function readMacFacts(pid: number): ProcessFacts | undefined {
  const columns = ['-ww', '-o', 'lstart=', '-o', 'args=', '-p', String(pid)];
  const line = execFileSync('ps', columns, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim();
  if (line.endsWith('<defunct>')) return undefined;
  return { startedAt: line.slice(0, dateWidth), command: line.slice(dateWidth).trim() };
}
