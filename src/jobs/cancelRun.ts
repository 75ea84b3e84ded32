import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPatience, type Patience } from './parent/childProcess';
import { writeControl } from './runFolder/control';
import { findLiveOwner } from './runFolder/lock';
import { isAlive, type ProcessIdentity } from './runFolder/processIdentity';
import { recordCancel } from './recordEnd';

const lookIntervalMs = 250;
/** How long the system may take to free the memory of a killed process. */
const killMs = 10_000;

/**
 * Ends the process that works in a run folder, whatever it is doing: a request to save and end, then SIGTERM,
 * then SIGKILL, each only to the process that holds the lock. Afterwards the journal says that the run has
 * ended.
 */
export async function cancelRun(runFolder: string, patience: Patience = defaultPatience): Promise<void> {
  const owner = findLiveOwner(runFolder);
  if (owner === undefined) return;
  await writeControl(runFolder, 'cancel');
  if (!(await isGone(owner, patience.cancelMs))) await kill(owner, patience.terminateMs);
  await recordCancel(runFolder);
}

async function kill(owner: ProcessIdentity, terminateMs: number): Promise<void> {
  send(owner, 'SIGTERM');
  if (await isGone(owner, terminateMs)) return;
  send(owner, 'SIGKILL');
  await isGone(owner, killMs);
}

async function isGone(owner: ProcessIdentity, withinMs: number): Promise<boolean> {
  const endMs = Date.now() + withinMs;
  while (isAlive(owner)) {
    if (Date.now() > endMs) return false;
    await sleep(lookIntervalMs);
  }
  return true;
}

function send(owner: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(owner)) return;
  try {
    process.kill(owner.pid, signal);
  } catch {
    // The process has just died.
  }
}
