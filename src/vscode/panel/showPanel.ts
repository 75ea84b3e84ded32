import { basename } from 'node:path';
import type { ModelFacts } from '../../operations/describeCheckpoint';
import { formatParameters, formatSize } from '../../words/figures';
import type { KeysView } from '../../protocol/panel/keys';
import type { ModelView } from '../../protocol/panel/model';
import type { RecipeView } from '../../protocol/panel/recipe';
import type { Heading, PanelSnapshot } from '../../protocol/panel/snapshot';
import type { StepName } from '../../protocol/panel/requests';
import { nameRelease } from '../runs/runNames';
import type { Embedding } from './modelRuns';
import { listChoices } from './run/choices';
import { summariseKeys } from './keys/show';
import { summariseModel } from './model/show';
import { summariseRecipe } from './recipe/show';
import { showReport, summariseReport, type ReleaseFacts } from './report/show';
import { noRun, showRun, summariseRun, type RunFacts } from './run/show';

/** Everything that the panel shows, from all parts of the extension. */
export interface PanelKnowledge {
  readonly step: StepName;
  readonly isTrusted: boolean;
  /** The chosen model's path as users know it: relative to the workspace. */
  readonly shownPath: string;
  readonly facts: ModelFacts | undefined;
  readonly model: ModelView;
  readonly keys: KeysView;
  readonly recipe: RecipeView | null;
  /** The embeddings into the chosen model, the newest first. */
  readonly runs: readonly Embedding[];
  /** The shown one of them; undefined where the next run is shown. */
  readonly run: RunFacts | undefined;
  readonly release: ReleaseFacts | undefined;
}

/** The whole panel at this moment, without its sequence number. */
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
      run: summariseRun(run, known.run?.run.failure),
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
  const out = known.recipe?.out;
  return {
    title: basename(chosen.path),
    nextRelease: out === undefined || out === '' ? null : nameRelease(chosen.path, out),
    ...listChoices(known.runs, known.run?.run.folder),
    facts: facts
      ? [
          shownPath,
          `${facts.family}, ${formatParameters(facts.parameters)} parameters`,
          `${facts.dtypes.join(' and ')}, ${formatSize(facts.storedBytes)}`,
        ]
      : [shownPath],
  };
}
