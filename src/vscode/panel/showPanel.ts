import { basename } from 'node:path';
import type { ModelFacts } from '../../operations/describeCheckpoint';
import { formatParameters, formatSize } from '../../protocol/figures';
import type { KeysView } from '../../protocol/panel/keys';
import type { ModelView } from '../../protocol/panel/model';
import type { StepSummary } from '../../protocol/panel/parts';
import type { RecipeView } from '../../protocol/panel/recipe';
import type { Heading, PanelSnapshot } from '../../protocol/panel/snapshot';
import type { StepName } from '../../protocol/panel/requests';
import { listChanges } from '../../protocol/checkRecipe';
import { notReadyWords } from '../../reports/notReady';
import { formatCounted, formatOf, formatSignedPercent } from '../../reports/words';
import { isAlive, isWaiting } from '../runs/knownRun';
import { nameRelease } from '../runs/runNames';
import { describeRunStep } from '../runs/runWords';
import { countAnswered, isShort, showReport, type ReleaseFacts } from './report/show';
import { showRun, noRun, type RunFacts } from './run/show';

/** Everything the panel shows, as the parts of the extension know it. */
export interface PanelKnowledge {
  readonly step: StepName;
  readonly isTrusted: boolean;
  /** The chosen model's path as a person knows it: relative to the workspace. */
  readonly shownPath: string;
  readonly facts: ModelFacts | undefined;
  readonly model: ModelView;
  readonly keys: KeysView;
  readonly recipe: RecipeView | null;
  readonly run: RunFacts | undefined;
  readonly release: ReleaseFacts | undefined;
}

/** The whole panel at this moment, but for its number in the sequence. */
export function showPanel(known: PanelKnowledge, nowMs: number): Omit<PanelSnapshot, 'sequence'> {
  const run = known.run ? showRun(known.run, nowMs) : noRun;
  return {
    step: known.step,
    isTrusted: known.isTrusted,
    heading: showHeading(known),
    steps: {
      model: summariseModel(known.model),
      keys: summariseKeys(known.keys),
      recipe: summariseRecipe(known.recipe),
      run: describeRunStep(run, known.run?.run.failure),
      report: summariseReport(known.release),
    },
    model: known.model,
    keys: known.keys,
    recipe: known.recipe,
    run,
    report: showReport(known.release),
  };
}

function showHeading(known: PanelKnowledge): Heading | null {
  const { facts, shownPath } = known;
  const { chosen } = known.model;
  if (!chosen) return null;
  const out = findOut(known);
  return {
    title: basename(chosen.path),
    release: out === undefined || out === '' ? null : nameRelease(chosen.path, out),
    facts: facts
      ? [
          shownPath,
          `${facts.family}, ${formatParameters(facts.parameters)} parameters`,
          `${facts.dtypes.join(' and ')}, ${formatSize(facts.storedBytes)}`,
        ]
      : [shownPath],
  };
}

/** The release that is being made, or looked at; else the one that the recipe would make. */
function findOut({ step, run, recipe }: PanelKnowledge): string | undefined {
  const isOfRun = run && (isAlive(run.run) || isWaiting(run.run) || step === 'run' || step === 'report');
  return isOfRun ? run.out : recipe?.out;
}

function summariseModel({ chosen }: ModelView): StepSummary {
  if (!chosen) return { state: 'open', words: 'None chosen' };
  if (chosen.problem) return { state: 'failed', words: 'Cannot be used' };
  const failed = chosen.checks.filter(({ state }) => state === 'failed').length;
  if (failed > 0) return { state: 'failed', words: `${formatCounted(failed, 'check')} failed` };
  if (chosen.isChecking) return { state: 'running', words: 'Being looked at' };
  return chosen.identity === null
    ? { state: 'open', words: 'Only headers read' }
    : { state: 'ready', words: 'Ready' };
}

function summariseKeys({ sets, chosen, drawing, problem }: KeysView): StepSummary {
  if (drawing) {
    const { phase, done, total } = drawing;
    const isCounted = phase === 'Drawing keys' && done !== null && total !== null;
    return { state: 'running', words: isCounted ? `${formatOf(done, total)} drawn` : phase };
  }
  const set = sets.find(({ path }) => path === chosen);
  if (!set)
    return problem ? { state: 'failed', words: 'Not drawn' } : { state: 'open', words: 'None chosen' };
  if (set.problem) return { state: 'failed', words: 'Cannot be read' };
  if (!set.fits) return { state: 'warning', words: 'Made for another model' };
  return { state: 'ready', words: `${set.count}, ${set.committed.replace(' yet', '')}` };
}

function summariseRecipe(recipe: RecipeView | null): StepSummary {
  if (!recipe) return { state: 'open', words: 'Defaults' };
  const problems = Object.keys(recipe.problems).length;
  if (problems > 0) return { state: 'failed', words: `${formatCounted(problems, 'value')} to correct` };
  const changes = Object.keys(listChanges(recipe.defaults, recipe.values)).length;
  if (changes === 0) return { state: 'open', words: 'Defaults' };
  return { state: 'ready', words: formatCounted(changes, 'change') };
}

function summariseReport(release: ReleaseFacts | undefined): StepSummary {
  if (!release) return { state: 'open', words: 'None yet' };
  const { verdict, drift, result, keyCount } = release;
  const rise = formatSignedPercent(drift?.report.lossRise.value ?? result.drift.lossRise, 2);
  if (isShort(release)) return { state: 'warning', words: notReadyWords };
  return {
    state: verdict?.report.verdict.kind === 'match' ? 'verified' : 'ready',
    words: `${formatOf(countAnswered(release), keyCount)}, ${rise}`,
  };
}
