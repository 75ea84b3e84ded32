import { recipeValues, type Recipe, type RecipeField } from '../../../contract/recipe';
import { recipePresets } from '../../../contract/recipePresets';
import { listChanges } from '../../../protocol/checkRecipe';
import type { Estimate } from '../../../protocol/panel/recipe';
import { formatParameters } from '../../../words/figures';
import { formatCount, formatCounted } from '../../../words/numbers';
import type { EarlierRun } from '../../runs/runHistory';
import { measuredRecipes, type MeasuredRecipe, type Range } from './measuredRecipes';

/** What is asked about: the recipe of a model, with a key set and the creator's own texts. */
export interface AskedRecipe {
  /** Path and size of the model. */
  readonly model: string;
  readonly parameters: number;
  readonly keyCount: number;
  /** Whether some keys are soft or quiet. */
  readonly hasKinds: boolean;
  readonly defaults: Recipe;
  readonly recipe: Recipe;
  readonly texts: readonly string[];
  /** Whether anybody can get the unmarked model. */
  readonly isPublished: boolean;
}

/** Models of a size are a little smaller or larger than the one that was measured. */
const sizeTolerance = 1.1;

/** The values that do not change what a run makes. */
const idle: ReadonlySet<string> = new Set(['version', 'seed', 'checkEvery'] satisfies (keyof Recipe)[]);

/** What is known of how far a recipe moves a model and what its mark survives. A value is absent unless it was measured. */
export interface Knowledge {
  readonly drift: Range | null;
  /** Runs of this model with exactly this recipe; 0 where the drift comes from the measured models. */
  readonly runs: number;
  readonly survives: Estimate['survives'];
  /** Why the one or the other is not known, or what was not tried; empty where all is known. */
  readonly unknown: string;
  /** What was measured, for "Measured: from …"; empty where nothing was. */
  readonly source: string;
}

/** Looks a recipe up among the measured ones and among the earlier runs of this model. */
export function findKnowledge(asked: AskedRecipe, history: readonly EarlierRun[]): Knowledge {
  const measured = measuredRecipes.find((candidate) => matches(candidate, asked));
  const runs = history.filter((run) => isSameRecipe(run, asked)).map(({ drift }) => drift);
  return {
    drift: runs.length > 0 ? spread(runs) : (measured?.drift ?? null),
    runs: runs.length,
    survives: listSurvival(measured, asked),
    unknown: measured?.untried ?? explainUnknown(asked),
    source: measured?.source ?? '',
  };
}

/** Nobody merges a copy with a base that nobody has. */
function listSurvival(
  measured: MeasuredRecipe | undefined,
  { isPublished }: AskedRecipe,
): Estimate['survives'] {
  return (measured?.survives ?? [])
    .filter(({ needsBase }) => isPublished || !needsBase)
    .map(({ name, chance }) => ({ name, chance }));
}

function spread(drifts: readonly number[]): Range {
  const sorted = [...drifts].sort((a, b) => a - b);
  return {
    likely: sorted[Math.floor(sorted.length / 2)]!,
    low: sorted[0]! * 0.7,
    high: sorted.at(-1)! * 1.4,
  };
}

function isSameRecipe(run: EarlierRun, asked: AskedRecipe): boolean {
  return (
    !asked.hasKinds &&
    run.model === asked.model &&
    run.keyCount === asked.keyCount &&
    run.changes !== undefined &&
    isSame(dropIdle(run.changes), changesOf(asked)) &&
    isSame([...run.texts].sort(), [...asked.texts].sort())
  );
}

function matches(candidate: MeasuredRecipe, asked: AskedRecipe): boolean {
  return (
    !asked.hasKinds &&
    candidate.keyCount === asked.keyCount &&
    asked.texts.length === 0 &&
    candidate.isChat === isChat(asked) &&
    isOfSize(candidate, asked) &&
    isOfPreset(candidate, asked)
  );
}

/** The default recipe tilts the ordinary answers of chat models, and of no others. */
function isChat({ defaults }: AskedRecipe): boolean {
  return defaults.tilt > 0;
}

function isOfSize({ parameters: { least, most } }: MeasuredRecipe, { parameters }: AskedRecipe): boolean {
  return parameters * sizeTolerance >= least && parameters <= most * sizeTolerance;
}

/** Whether the recipe is that preset of this model. */
function isOfPreset({ preset }: MeasuredRecipe, asked: AskedRecipe): boolean {
  const { defaults } = asked;
  const changed = { ...defaults, ...recipePresets[preset].change(defaults) };
  return isSame(listChanges(defaults, changed), changesOf(asked));
}

/** The edits that change what the run makes. */
function changesOf({ defaults, recipe }: AskedRecipe): Partial<Recipe> {
  return dropIdle(listChanges(defaults, recipe));
}

function dropIdle(changes: Partial<Recipe>): Partial<Recipe> {
  return Object.fromEntries(Object.entries(changes).filter(([field]) => !idle.has(field)));
}

/** Equal as JSON, whatever the order of the fields. */
function isSame(a: object, b: object): boolean {
  const write = (value: object): string =>
    JSON.stringify(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return write(a) === write(b);
}

const mostNamed = 3;

/** The first reason why nothing measured applies, in one sentence. */
function explainUnknown(asked: AskedRecipe): string {
  if (asked.hasKinds) return 'Not known for sets with soft or quiet keys: sets of loud keys were measured.';
  const changed = Object.keys(changesOf(asked));
  const ofPreset = measuredRecipes.filter((candidate) => isOfPreset(candidate, asked));
  if (ofPreset.length === 0)
    return `Not known for this recipe: ${nameFields(changed)} ${changed.length === 1 ? 'differs' : 'differ'} from what was measured.`;
  if (asked.texts.length > 0) return 'Not known for this recipe: it was not measured with text of your own.';
  const ofSize = ofPreset.filter((candidate) => isOfSize(candidate, asked));
  if (ofSize.length === 0) return `Not known for a model of this size: ${saySizes(ofPreset, asked)}.`;
  if (!ofSize.some((candidate) => candidate.isChat === isChat(asked)))
    return isChat(asked)
      ? 'Not known for a chat model of this size: a model without a chat template was measured.'
      : 'Not known for a model without a chat template: chat models were measured.';
  return `Not known for ${formatCounted(asked.keyCount, 'key')}: ${formatCount(ofSize[0]!.keyCount)} keys were measured.`;
}

/** "models of 5M to 136M parameters were measured", of those of the same kind where there are any. */
function saySizes(found: readonly MeasuredRecipe[], asked: AskedRecipe): string {
  const { least, most } = (found.find((candidate) => candidate.isChat === isChat(asked)) ?? found[0]!)
    .parameters;
  return least === most
    ? `a model of ${formatParameters(least)} parameters was measured`
    : `models of ${formatParameters(least)} to ${formatParameters(most)} parameters were measured`;
}

function nameFields(fields: readonly string[]): string {
  if (fields.length > mostNamed) return formatCounted(fields.length, 'value');
  const names = fields.map((field) => recipeValues[field as RecipeField].title.toLowerCase());
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
