import { recipeValues, type Recipe, type RecipeField } from '../../../contract/recipe';
import { listChanges } from '../../../protocol/checkRecipe';
import type { Estimate } from '../../../protocol/panel/recipe';
import { formatParameters } from '../../../words/figures';
import { formatCount, formatCounted } from '../../../words/numbers';
import type { EarlierRun } from '../../runs/runHistory';

type Range = NonNullable<Estimate['drift']>;

/** What is asked about: the recipe of a model, with a key set and the creator's own texts. */
export interface AskedRecipe {
  /** Path and size of the model. */
  readonly model: string;
  readonly parameters: number;
  readonly keyCount: number;
  readonly defaults: Recipe;
  readonly recipe: Recipe;
  readonly texts: readonly string[];
  /** Whether anybody can get the unmarked model. */
  readonly isPublished: boolean;
}

/** How a recipe did, measured with other means than the run itself. */
interface MeasuredRecipe {
  /** Where it differs from the defaults of its model. */
  readonly changes: Partial<Recipe>;
  readonly keyCount: number;
  /** Parameters of the smallest and the largest model. */
  readonly parameters: { readonly least: number; readonly most: number };
  /** KL in nats a token. */
  readonly drift: Range;
  /** Some only concern a base that others can get. */
  readonly survives: readonly (Estimate['survives'][number] & { readonly needsBase?: true })[];
}

/**
 * docs/what-survives.md: chat-5M (5 million parameters) and SmolLM2-135M-Instruct with default recipes and 64 keys.
 * Their drift was 0.019 and 0.011 nats a token.
 */
const measuredRecipes: readonly MeasuredRecipe[] = [
  {
    changes: {},
    keyCount: 64,
    parameters: { least: 5e6, most: 136e6 },
    drift: { likely: 0.02, low: 0.01, high: 0.04 },
    survives: [
      { name: '8-bit and 4-bit versions', chance: 'likely' },
      { name: 'Half-and-half merge with the base', chance: 'likely', needsBase: true },
      { name: 'Light fine-tuning on other text', chance: 'likely' },
      { name: 'Merge of a tenth of it with the base', chance: 'in part', needsBase: true },
      { name: 'Heavy fine-tuning', chance: 'in part' },
      { name: 'Training a new model on its answers', chance: 'in part' },
    ],
  },
];

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
  /** Why the one or the other is not known; empty where both are. */
  readonly unknown: string;
}

/** Looks a recipe up among the measured ones and among the earlier runs of this model. */
export function findKnowledge(asked: AskedRecipe, history: readonly EarlierRun[]): Knowledge {
  const measured = measuredRecipes.find((candidate) => matches(candidate, asked));
  const runs = history.filter((run) => isSameRecipe(run, asked)).map(({ drift }) => drift);
  return {
    drift: runs.length > 0 ? spread(runs) : (measured?.drift ?? null),
    runs: runs.length,
    survives: listSurvival(measured, asked),
    unknown: measured ? '' : explainUnknown(asked),
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
    run.model === asked.model &&
    run.keyCount === asked.keyCount &&
    run.changes !== undefined &&
    isSame(dropIdle(run.changes), changesOf(asked)) &&
    isSame([...run.texts].sort(), [...asked.texts].sort())
  );
}

function matches({ changes, keyCount, parameters }: MeasuredRecipe, asked: AskedRecipe): boolean {
  return (
    keyCount === asked.keyCount &&
    asked.texts.length === 0 &&
    isChat(asked) &&
    isOfSize(parameters, asked.parameters) &&
    isSame(changes, changesOf(asked))
  );
}

/** Both measured models are chat models, whose default recipe tilts ordinary answers. */
function isChat({ defaults }: AskedRecipe): boolean {
  return defaults.tilt > 0;
}

function isOfSize({ least, most }: MeasuredRecipe['parameters'], parameters: number): boolean {
  return parameters * sizeTolerance >= least && parameters <= most * sizeTolerance;
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
  const changed = Object.keys(changesOf(asked));
  const known = measuredRecipes[0]!;
  if (changed.length > 0)
    return `Not known for this recipe: ${nameFields(changed)} ${changed.length === 1 ? 'differs' : 'differ'} from what was measured.`;
  if (asked.texts.length > 0) return 'Not known for this recipe: it was not measured with text of your own.';
  if (!isOfSize(known.parameters, asked.parameters))
    return `Not known for a model of this size: models of ${formatParameters(known.parameters.least)} to ${formatParameters(known.parameters.most)} parameters were measured.`;
  if (!isChat(asked)) return 'Not known for a model without a chat template: chat models were measured.';
  return `Not known for ${formatCounted(asked.keyCount, 'key')}: ${formatCount(known.keyCount)} keys were measured.`;
}

function nameFields(fields: readonly string[]): string {
  if (fields.length > mostNamed) return formatCounted(fields.length, 'value');
  const names = fields.map((field) => recipeValues[field as RecipeField].title.toLowerCase());
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
