import { hasTrait } from '../../contract/declarations';
import type { RunAction } from '../../protocol/runActions';
import { isAlive, type KnownRun } from './knownRun';

type Actor = Pick<KnownRun, 'state' | 'job' | 'canResume'>;

/** A run that has ended early and left a save. */
const fromSave = ['resume', 'stop', 'discard'] as const;

/**
 * What can be done with a run in each state, in the order of buttons: the one table behind the page, the tree's
 * menus, the status bar and the commands. While a run is starting, no process obeys a request yet.
 */
const actionsOf: Readonly<Record<KnownRun['state'], readonly RunAction[]>> = {
  starting: [],
  running: ['pause', 'stop', 'cancel'],
  pausing: ['cancel'],
  stopping: ['cancel'],
  cancelling: [],
  paused: fromSave,
  interrupted: fromSave,
  cancelled: fromSave,
  failed: fromSave,
  // Resuming one whose release is not in the key file adds the record.
  done: ['resume', 'discard'],
};

/** The actions that a run offers now. */
export function listRunActions(run: Actor): RunAction[] {
  return actionsOf[run.state].filter((action) => isPossible(action, run));
}

function isPossible(action: RunAction, run: Actor): boolean {
  if (action === 'cancel' || action === 'discard') return true;
  const isOfProcess = action !== 'resume' && isAlive(run);
  return isOfProcess ? hasTrait(run.job.operation, 'isResumable') : run.canResume;
}
