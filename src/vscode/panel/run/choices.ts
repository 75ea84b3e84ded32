import type { StepState } from '../../../protocol/panel/parts';
import type { Heading, RunChoice } from '../../../protocol/panel/snapshot';
import { findFallenShort } from '../../runs/fallenShort';
import type { KnownRun } from '../../runs/knownRun';
import { describeState, nameReleaseOf } from '../../runs/runNames';
import type { Embedding } from '../modelRuns';

/** More than this make no switch; the others are found by their names. */
const mostChoices = 5;

const stepStates: Readonly<Record<KnownRun['state'], StepState>> = {
  starting: 'running',
  running: 'running',
  pausing: 'running',
  stopping: 'running',
  cancelling: 'running',
  paused: 'paused',
  cancelled: 'open',
  interrupted: 'warning',
  failed: 'failed',
  done: 'ready',
};

/** The runs of a model between which the head of the page switches, the newest first. */
export function listChoices(
  embeddings: readonly Embedding[],
  shown: string | undefined,
): Pick<Heading, 'runs' | 'hasMoreRuns'> {
  const all = embeddings.map((embedding) => describeChoice(embedding, shown));
  if (all.length <= mostChoices) return { runs: all, hasMoreRuns: false };
  const newest = all.slice(0, mostChoices);
  const isAmongThem = newest.some(({ isShown }) => isShown);
  const beyond = isAmongThem ? undefined : all.find(({ isShown }) => isShown);
  return { runs: beyond ? [...newest.slice(0, -1), beyond] : newest, hasMoreRuns: true };
}

function describeChoice({ run, ...embed }: Embedding, shown: string | undefined): RunChoice {
  return {
    folder: run.folder,
    name: nameReleaseOf(embed),
    state: findFallenShort(run) ? 'warning' : stepStates[run.state],
    words: describeState(run),
    isShown: run.folder === shown,
  };
}
