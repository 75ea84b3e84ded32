import { basename } from 'node:path';
import { shortWordsOf } from '../../../common/reasons';
import type { Recipe } from '../../../contract/recipe';
import type { Failure } from '../../../jobs/messages';
import { formatDuration, formatParameters, formatRough, formatSize } from '../../../words/figures';
import type { NamedFact, Problem, Stage, StepSummary } from '../../../protocol/panel/parts';
import type { RunView } from '../../../protocol/panel/run';
import { notReadyWords, sayNotReady, sayWhatToDo } from '../../../reports/words/notReady';
import { formatCount, formatFixed, formatPercent } from '../../../words/numbers';
import { findFallenShort } from '../../runs/fallenShort';
import { isAlive, type KnownRun } from '../../runs/knownRun';
import { phaseNames, shareAt, type PhaseName } from '../../runs/runPhases';
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
  stage: null,
  elapsedSeconds: null,
  secondsLeft: null,
  share: null,
  phases: [],
  facts: [],
  steps: 0,
  keyCount: 0,
  keysNeeded: null,
  driftBudget: 0,
  loss: [],
  distance: [],
  checks: [],
  log: [],
  problem: null,
  notReady: null,
  canResume: false,
  savedStep: null,
};

/** The step Run of the panel, at this moment. */
export function showRun(facts: RunFacts, nowMs: number): RunView {
  const { run, trace, recipe } = facts;
  const share = findShare(facts);
  return {
    state: run.state,
    folder: run.folder,
    stage: findStage(facts),
    elapsedSeconds: findElapsed(run, trace, nowMs),
    secondsLeft: findSecondsLeft(facts, share, nowMs),
    share,
    phases: showPhases(facts, nowMs),
    facts: listFacts(facts, nowMs),
    steps: Math.max(recipe?.steps ?? 0, trace.loss.at(-1)?.step ?? 0),
    keyCount: facts.keyCount,
    keysNeeded: facts.keysNeeded,
    driftBudget: recipe?.driftBudget ?? 0,
    loss: thinCurve(trace.loss, mostPoints),
    distance: thinCurve(trace.distance, mostPoints),
    checks: trace.checks,
    log: trace.log.slice(-mostLogLines).map(({ time, text }) => ({ time: formatClock(time), text })),
    problem: explainEnd(run, trace),
    notReady: explainShortfalls(facts),
    canResume: run.canResume,
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

function describeShare({ share, secondsLeft, stage }: RunView): string {
  if (share === null) return stage?.phase ?? 'Running';
  const left = secondsLeft === null ? '' : `, ${formatRough(secondsLeft)} left`;
  return `${formatPercent(Math.floor(share * 100) / 100, 0)}${left}`;
}

function describeFailure(failure: Failure | undefined): string {
  const reason = failure && shortWordsOf(failure.reason);
  return reason === undefined ? 'Stopped' : `Stopped: ${reason}`;
}

function describeEnd({ elapsedSeconds }: RunView): string {
  return elapsedSeconds === null ? 'Done' : `Done in ${formatDuration(elapsedSeconds)}`;
}

function findStage({ run, trace: { progress } }: RunFacts): Stage | null {
  if (!isAlive(run)) return null;
  return showStage(progress);
}

/** Seconds over all processes of the run. */
function findElapsed(
  run: KnownRun,
  { startedAtMs, lastAtMs, earlierMs }: RunTrace,
  nowMs: number,
): number | null {
  if (startedAtMs === undefined) return null;
  const endMs = isAlive(run) ? nowMs : (lastAtMs ?? startedAtMs);
  return (earlierMs + Math.max(0, endMs - startedAtMs)) / 1000;
}

function currentPhase({ phaseStarts }: RunTrace): PhaseName | undefined {
  return phaseNames.findLast((name) => phaseStarts.has(name));
}

/** The share of the whole run that is done: the completed phases, and the part of the present one. */
function findShare({ run, trace }: RunFacts): number | null {
  if (run.state === 'done') return 1;
  const phase = currentPhase(trace);
  if (phase === undefined) return null;
  return shareAt(phase, trace.phaseShare);
}

function findSecondsLeft({ run, trace }: RunFacts, share: number | null, nowMs: number): number | null {
  const elapsed = findElapsed(run, trace, nowMs);
  if (run.state !== 'running' || share === null || elapsed === null) return null;
  const { progress } = trace;
  if (currentPhase(trace) === 'Train' && progress?.secondsLeft !== undefined) return progress.secondsLeft;
  // Before a tenth is done an estimate would only jump about.
  if (share < 0.1) return null;
  return (elapsed * (1 - share)) / share;
}

function showPhases({ run, trace }: RunFacts, nowMs: number): RunView['phases'] {
  const current = currentPhase(trace);
  const endMs = isAlive(run) ? nowMs : (trace.lastAtMs ?? nowMs);
  return phaseNames.map((name, index) => {
    const startMs = trace.phaseStarts.get(name);
    const nextMs = phaseNames
      .slice(index + 1)
      .map((later) => trace.phaseStarts.get(later))
      .find((ms) => ms !== undefined);
    const seconds = startMs === undefined ? null : Math.max(0, ((nextMs ?? endMs) - startMs) / 1000);
    const isDone = run.state === 'done' || nextMs !== undefined;
    return { name, state: isDone ? 'done' : name === current ? 'current' : 'to come', seconds };
  });
}

function listFacts(facts: RunFacts, nowMs: number): NamedFact[] {
  const { run, trace, parameters, trainedParameters, out } = facts;
  const speed = run.state === 'running' ? trace.progress?.stepsPerSecond : undefined;
  return [
    { name: 'Device', value: trace.device ? deviceNames[trace.device] : '–' },
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

function listMemory({ expectedBytes, peakBytes }: RunTrace['memory']): NamedFact[] {
  const said = [
    ...(peakBytes === undefined ? [] : [`${formatSize(peakBytes)} at most`]),
    ...(expectedBytes === undefined ? [] : [`about ${formatSize(expectedBytes)} expected`]),
  ];
  return said.length === 0 ? [] : [{ name: 'Memory', value: said.join(', ') }];
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
