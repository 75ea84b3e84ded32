import { setTimeout as sleep } from 'node:timers/promises';
import { defaultPatience, type Patience } from './parent/childProcess';
import { writeControl } from './runFolder/control';
import { UserError } from '../common/errors';
import { hasStarted, lookAtProcess, type ProcessIdentity } from '../common/processIdentity';
import { findLiveOwner } from './runFolder/lock';
import { isRunnerOf } from './runFolder/runnerProcess';
import { recordCancel } from './recordEnd';

const lookIntervalMs = 250;
/** How long the system may take to free the memory of a killed process. */
const killMs = 10_000;

/**
 * Ends the process that works in a run folder, whatever it is doing: a request to save and end, then SIGTERM,
 * then SIGKILL. Signals go only to a process that the system itself shows as the runner of this folder, begun
 * when the lock says; where it does not tell, there is only the request. Afterwards the journal says that the
 * run has ended.
 * @throws UserError `still-running` when the request was not followed and no signal may be sent.
 */
export async function cancelRun(runFolder: string, patience: Patience = defaultPatience): Promise<void> {
  const owner = findLiveOwner(runFolder);
  if (owner === undefined) return;
  const run = { runFolder, owner };
  await writeControl(runFolder, 'cancel');
  if (!(await isGone(run, patience.cancelMs))) await kill(run, patience.terminateMs);
  await recordCancel(runFolder);
}

interface OwnedRun {
  readonly runFolder: string;
  readonly owner: ProcessIdentity;
}

async function kill(run: OwnedRun, terminateMs: number): Promise<void> {
  if (!isOurRunner(run)) throw stillRunning(run);
  send(run, 'SIGTERM');
  if (await isGone(run, terminateMs)) return;
  send(run, 'SIGKILL');
  if (!(await isGone(run, killMs))) throw stillRunning(run);
}

async function isGone({ runFolder, owner }: OwnedRun, withinMs: number): Promise<boolean> {
  const endMs = Date.now() + withinMs;
  while (findLiveOwner(runFolder)?.pid === owner.pid) {
    if (Date.now() > endMs) return false;
    await sleep(lookIntervalMs);
  }
  return true;
}

/** Looked at anew before each signal: the number may belong to another process by now. */
function isOurRunner({ runFolder, owner }: OwnedRun): boolean {
  const facts = lookAtProcess(owner.pid);
  return facts !== undefined && hasStarted(facts, owner) && isRunnerOf(runFolder, facts);
}

function send(run: OwnedRun, signal: NodeJS.Signals): void {
  if (!isOurRunner(run)) return;
  try {
    process.kill(run.owner.pid, signal);
  } catch {
    // The process has just died.
  }
}

function stillRunning({ runFolder, owner }: OwnedRun): UserError {
  return new UserError(
    'still-running',
    `The run in ${runFolder} was asked to end, but process ${owner.pid} still works in it.`,
    'Wait for its next save; or look at that process yourself, and end it if it is the run.',
  );
}
