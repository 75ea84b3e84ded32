import type { RunView } from '../src/protocol/panel/run';
import type { PanelSnapshot } from '../src/protocol/panel/snapshot';
import { formatDriftInNats } from '../src/words/drift';
import { formatOf } from '../src/words/numbers';
import { capitalise } from './words';

const stateWords: Readonly<Partial<Record<RunView['state'], string>>> = {
  starting: 'The run is starting.',
  pausing: 'Pausing after this step.',
  paused: 'The run is paused.',
  stopping: 'Stopping; the training so far is kept.',
  cancelling: 'The run is being cancelled.',
  cancelled: 'The run was cancelled.',
  interrupted: 'The run was interrupted and can be resumed.',
  done: 'The run is done.',
};

/**
 * What a screen reader announces politely between two snapshots: changes of phase, every tenth of the way,
 * and checks. Null when nothing of that happened; the first snapshot announces nothing.
 */
export function announce(before: PanelSnapshot | null, after: PanelSnapshot): string | null {
  if (before === null) return null;
  const sentences = [
    tellState(before.run, after.run),
    tellPhase(before.run, after.run),
    tellTenth(before.run, after.run),
    tellCheck(before.run, after.run),
    tellDrawing(before, after),
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** What interrupts a screen reader: only that a run failed. */
export function alarm(before: PanelSnapshot | null, after: PanelSnapshot): string | null {
  if (after.run.state !== 'failed' || before?.run.state === 'failed') return null;
  return before?.run.folder !== after.run.folder ? null : (after.run.problem?.message ?? 'The run failed.');
}

function tellState(before: RunView, after: RunView): string | null {
  if (before.state === after.state || isOtherRun(before, after)) return null;
  if (after.notReady) return `The run has ended. ${after.notReady.message}.`;
  return stateWords[after.state] ?? null;
}

/** Whether the user has only switched to another run; one that is starting is news. */
function isOtherRun(before: RunView, after: RunView): boolean {
  return before.folder !== after.folder && after.state !== 'starting';
}

function tellPhase(before: RunView, after: RunView): string | null {
  const phase = after.stage?.phase;
  if (after.state !== 'running' || phase === undefined || phase === before.stage?.phase) return null;
  return `${capitalise(phase)}.`;
}

function tellTenth(before: RunView, after: RunView): string | null {
  if (before.share === null || after.share === null || before.folder !== after.folder) return null;
  const tenths = (share: number): number => Math.floor(share * 10 + 1e-9);
  return tenths(after.share) > tenths(before.share) ? `${tenths(after.share) * 10} percent.` : null;
}

function tellCheck(before: RunView, after: RunView): string | null {
  const check = after.checks.at(-1);
  if (!check || before.folder !== after.folder || check.step === before.checks.at(-1)?.step) return null;
  const answered = formatOf(Math.round(check.recall * after.keyCount), after.keyCount);
  return `Step ${check.step}: ${answered} keys, drift ${formatDriftInNats({ kl: check.drift, budget: after.driftBudget ?? undefined })}.`;
}

function tellDrawing(before: PanelSnapshot, after: PanelSnapshot): string | null {
  const phase = after.keys.drawing?.phase;
  if (phase !== undefined) return phase === before.keys.drawing?.phase ? null : `${capitalise(phase)}.`;
  const isNew = before.keys.drawing !== null && after.keys.sets.length > before.keys.sets.length;
  return isNew ? 'The key set is ready.' : null;
}
