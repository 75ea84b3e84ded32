import { basename } from 'node:path';
import { shortWordsOf } from '../../../common/reasons';
import type { Recipe } from '../../../contract/recipe';
import type { Failure } from '../../../jobs/messages';
import { formatDuration, formatParameters, formatRough, formatSize } from '../../../words/figures';
import type { NamedFact, Problem, StepSummary } from '../../../protocol/panel/parts';
import type { RunView } from '../../../protocol/panel/run';
import { notReadyWords, sayNotReady, sayWhatToDo } from '../../../reports/words/notReady';
import { formatCount, formatFixed, formatPercent } from '../../../words/numbers';
import { findFallenShort } from '../../runs/fallenShort';
import { isAlive, type KnownRun } from '../../runs/knownRun';
import { listRunActions } from '../../runs/runActions';
import { phaseNames } from '../../runs/runPhases';
import { secondsLeft, shareOf, workedSeconds } from '../../runs/runTime';
import type { RunTrace } from '../../runs/runTrace';
import { deviceNames } from '../../../words/devices';
import { showStage } from '../showStage';
import { thinCurve } from './thinCurve';

/** Everything about the run that the panel shows. */
export interface RunFacts {
  readonly run: KnownRun;
  readonly trace: RunTrace;
  /** The folder that it writes. */
  readonly out: string;
  /** The recipe that it was started with; undefined until the run has written it. */
  readonly recipe: Recipe | undefined;
  readonly parameters: number | undefined;
  readonly trainedParameters: number | undefined;
  readonly keyCount: number;
  /** The number of answered keys that suffices for a match. */
  readonly keysNeeded: number | null;
}

const mostPoints = 400;
const mostLogLines = 200;

/** Shown while there is no run. */
export const noRun: RunView = {
  state: 'none',
  folder: null,
  actions: [],
  stage: null,
  elapsedSeconds: null,
  secondsLeft: null,
  share: null,
  isLoadingAgain: false,
  phases: [],
  facts: [],
  steps: 0,
  keyCount: 0,
  keysNeeded: null,
  driftBudget: null,
  loss: [],
  distance: [],
  checks: [],
  log: [],
  problem: null,
  notReady: null,
  savedStep: null,
};

/** The step Run of the panel, at this moment. */
export function showRun(facts: RunFacts, nowMs: number): RunView {
  const { run, trace, recipe } = facts;
  return {
    state: run.state,
    folder: run.folder,
    actions: listRunActions(run),
    stage: isAlive(run) ? showStage(run.course.progress) : null,
    elapsedSeconds: workedSeconds(run, nowMs) ?? null,
    secondsLeft: secondsLeft(run, nowMs) ?? null,
    share: shareOf(run) ?? null,
    isLoadingAgain: isAlive(run) && run.course.isLoadingAgain,
    phases: showPhases(run, nowMs),
    facts: listFacts(facts, nowMs),
    steps: Math.max(recipe?.steps ?? 0, trace.loss.at(-1)?.step ?? 0),
    keyCount: facts.keyCount,
    keysNeeded: facts.keysNeeded,
    driftBudget: recipe?.driftBudget ?? null,
    loss: thinCurve(trace.loss, mostPoints),
    distance: thinCurve(trace.distance, mostPoints),
    checks: trace.checks,
    log: trace.log.slice(-mostLogLines).map(({ time, text }) => ({ time: formatClock(time), text })),
    problem: explainEnd(run, trace),
    notReady: explainShortfalls(facts),
    savedStep: run.isSaved ? trace.savedStep : null,
  };
}

/** The state of the step, for its tab: "62 %, 3 min left", "Paused at step 186", "Stopped: out of memory". */
export function summariseRun(view: RunView, failure: Failure | undefined): StepSummary {
  const at = atStep(view);
  switch (view.state) {
    case 'none':
      return { state: 'open', words: 'Not started' };
    case 'starting':
      return { state: 'running', words: 'Starting' };
    case 'running':
      return { state: 'running', words: describeShare(view) };
    case 'pausing':
      return { state: 'running', words: 'Pausing' };
    case 'stopping':
      return { state: 'running', words: 'Stopping' };
    case 'cancelling':
      return { state: 'running', words: 'Cancelling' };
    case 'paused':
      return { state: 'paused', words: `Paused${at}` };
    case 'cancelled':
      return { state: 'open', words: `Cancelled${at}` };
    case 'interrupted':
      return { state: 'warning', words: `Interrupted${at}` };
    case 'failed':
      return { state: 'failed', words: describeFailure(failure) };
    case 'done':
      return view.notReady
        ? { state: 'warning', words: notReadyWords }
        : { state: 'ready', words: describeEnd(view) };
  }
}

function atStep({ loss }: RunView): string {
  const last = loss.at(-1);
  return last === undefined ? '' : ` at step ${formatCount(last.step)}`;
}

function describeShare({ share, secondsLeft, stage, isLoadingAgain }: RunView): string {
  if (share === null) return stage?.phase ?? 'Running';
  const left = secondsLeft === null ? '' : `, ${formatRough(secondsLeft)} left`;
  return `${formatPercent(share, 0)}${isLoadingAgain ? ', loading again' : left}`;
}

function describeFailure(failure: Failure | undefined): string {
  const reason = failure && shortWordsOf(failure.reason);
  return reason === undefined ? 'Stopped' : `Stopped: ${reason}`;
}

function describeEnd({ elapsedSeconds }: RunView): string {
  return elapsedSeconds === null ? 'Done' : `Done in ${formatDuration(elapsedSeconds)}`;
}

function showPhases(run: KnownRun, nowMs: number): RunView['phases'] {
  const { phaseStarts, lastAtMs } = run.course;
  const current = phaseNames.findLast((name) => phaseStarts.has(name));
  const endMs = isAlive(run) ? nowMs : (lastAtMs ?? nowMs);
  return phaseNames.map((name, index) => {
    const startMs = phaseStarts.get(name);
    const nextMs = phaseNames
      .slice(index + 1)
      .map((later) => phaseStarts.get(later))
      .find((ms) => ms !== undefined);
    const seconds = startMs === undefined ? null : Math.max(0, ((nextMs ?? endMs) - startMs) / 1000);
    const isDone = run.state === 'done' || nextMs !== undefined;
    return { name, state: isDone ? 'done' : name === current ? 'current' : 'to come', seconds };
  });
}

function listFacts(facts: RunFacts, nowMs: number): NamedFact[] {
  const { run, trace, parameters, trainedParameters, out } = facts;
  const { progress, device } = run.course;
  const speed = run.state === 'running' ? progress?.stepsPerSecond : undefined;
  return [
    { name: 'Device', value: device ? deviceNames[device] : '–' },
    { name: 'Speed', value: speed === undefined ? '–' : describeSpeed(speed) },
    ...(parameters === undefined || trainedParameters === undefined
      ? []
      : [
          {
            name: 'Trained',
            value: `${formatParameters(trainedParameters)} of ${formatParameters(parameters)}`,
          },
        ]),
    ...listMemory(trace.memory),
    { name: 'Last save', value: describeSave(run, trace, nowMs) },
    { name: 'Writes to', value: basename(out) },
  ];
}

/** The estimate does not count the program itself; the peak does. */
function listMemory({ expectedBytes, peakBytes }: RunTrace['memory']): NamedFact[] {
  const expected = expectedBytes === undefined ? undefined : `${formatSize(expectedBytes)} expected`;
  if (peakBytes === undefined) return expected === undefined ? [] : [{ name: 'Memory', value: expected }];
  const peak = `${formatSize(peakBytes)} at most`;
  const value = expected === undefined ? peak : `${peak}, with the program; ${expected} without it`;
  return [{ name: 'Memory', value }];
}

function describeSpeed(stepsPerSecond: number): string {
  return stepsPerSecond >= 1
    ? `${formatFixed(stepsPerSecond, 1)} steps a second`
    : `${formatDuration(1 / stepsPerSecond)} a step`;
}

function describeSave(run: KnownRun, { savedStep, savedAtMs }: RunTrace, nowMs: number): string {
  if (savedStep === null) return 'none yet';
  const step = `step ${formatCount(savedStep)}`;
  if (!isAlive(run) || savedAtMs === undefined) return step;
  return `${step}, ${formatDuration(Math.max(1, Math.round((nowMs - savedAtMs) / 1000)))} ago`;
}

/** The local time of an ISO date: "14:06:32". */
function formatClock(iso: string): string {
  const date = new Date(iso);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function explainShortfalls({ run, keyCount }: RunFacts): Problem | null {
  const found = findFallenShort(run);
  return found ? { message: sayNotReady({ keyCount, ...found }), next: sayWhatToDo(found) } : null;
}

function explainEnd(run: KnownRun, { savedStep }: RunTrace): Problem | null {
  const { failure } = run;
  if (!failure || (run.state !== 'failed' && run.state !== 'interrupted')) return null;
  const kept = !run.canResume
    ? ''
    : ` Nothing is lost: ${savedStep === null ? 'the run was saved' : `the last save is step ${formatCount(savedStep)}`}, and the model folder was not touched.`;
  return { message: `${failure.message}${kept}`, next: failure.next };
}
