import {
  findKindsFault,
  heldBackEvery,
  recipeValues,
  type Recipe,
  type RecipeField,
} from '../contract/recipe';
import type { Bounds, NumberValue } from '../contract/recipeValue';
import { formatCount, formatCounted } from '../words/numbers';
import type { RecipeEdit } from './panel/requests';

/** What a recipe has to satisfy besides its own schema. */
interface RecipeLimits {
  readonly layerCount: number;
  /** Longest sequence of the model, in tokens. */
  readonly maxLength: number;
  /** Whether files with the creator's own ordinary text are used. */
  readonly hasOwnTexts: boolean;
}

/** Edits of the defaults, each either valid or explained. */
export interface CheckedRecipe {
  /** The last valid value of every field. */
  readonly values: Recipe;
  /** The edits that are not valid for their field. */
  readonly typed: Readonly<Record<string, number | string | readonly number[]>>;
  /** One sentence for each field that has to be corrected. */
  readonly problems: Readonly<Record<string, string>>;
}

/** Applies edits to the defaults of a model. Unknown fields are skipped. */
export function applyEdits(
  defaults: Recipe,
  changes: RecipeEdit['changes'],
  limits: RecipeLimits,
): CheckedRecipe {
  let values = defaults;
  const typed: Record<string, number | string | readonly number[]> = {};
  const problems: Record<string, string> = {};
  for (const [field, given] of Object.entries(changes)) {
    if (!isField(field)) continue;
    const parsed = recipeValues[field].schema.safeParse(readTyped(field, given, defaults));
    if (parsed.success) values = { ...values, [field]: parsed.data };
    else {
      typed[field] = given;
      problems[field] = sayAccepted(field);
    }
  }
  return { values, typed, problems: { ...checkRecipe(values, limits), ...problems } };
}

/** What is wrong with a recipe for this model, one sentence per field; empty when it can run. */
export function checkRecipe(recipe: Recipe, limits: RecipeLimits): Record<string, string> {
  const found: Record<string, string> = {};
  const layers = checkLayers(recipe, limits);
  if (layers !== undefined) found.layers = layers;
  if (recipe.benignTokens > limits.maxLength)
    found.benignTokens = `This model reads at most ${formatCounted(limits.maxLength, 'token')}.`;
  if (!limits.hasOwnTexts) Object.assign(found, checkOrdinaryText(recipe));
  const kinds = findKindsFault(recipe);
  if (kinds !== undefined) found.softCeiling = kinds;
  if (recipe.warmupSteps >= recipe.steps)
    found.warmupSteps = `Must be fewer than the ${formatCounted(recipe.steps, 'step')} of the run.`;
  return found;
}

/** The values that differ from the defaults: the content of a recipe file. */
export function listChanges(defaults: Recipe, values: Recipe): Partial<Recipe> {
  const changed = Object.entries(values).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(defaults[field as keyof Recipe]),
  );
  return Object.fromEntries(changed);
}

function isField(name: string): name is RecipeField {
  return Object.hasOwn(recipeValues, name);
}

/** The values that a field accepts, for a user who entered something else. */
function sayAccepted(field: RecipeField): string {
  const value = recipeValues[field];
  return value.kind === 'number' ? sayBounds(value) : value.takes;
}

/** The bounds of a number in words: "A whole number from 1 to 1 024.", "A number above 0, at most 1, such as 1e-3." */
export function sayBounds({ isWhole, bounds, example }: NumberValue): string {
  const noun = isWhole ? 'A whole number' : 'A number';
  return `${noun}${sayRange(bounds)}${example === undefined ? '' : `, such as ${example}`}.`;
}

function sayRange(bounds: Bounds): string {
  const most = bounds.most === undefined ? undefined : formatBound(bounds.most);
  if ('above' in bounds)
    return ` above ${formatBound(bounds.above)}${most === undefined ? '' : `, at most ${most}`}`;
  const least = formatBound(bounds.least);
  return most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`;
}

function formatBound(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value);
}

/** Text that was typed in a number field; an empty field is no number. */
function readTyped(
  field: RecipeField,
  given: number | string | readonly number[],
  defaults: Recipe,
): number | string | readonly number[] {
  if (typeof given !== 'string' || typeof defaults[field] !== 'number') return given;
  const text = given.replace(/[\s\u202f]/g, '').replace('\u2212', '-');
  return text === '' ? given : Number(text);
}

function checkLayers(
  { trained, layers: [first, last] }: Recipe,
  { layerCount }: RecipeLimits,
): string | undefined {
  if (trained === 'full') return undefined;
  if (last >= layerCount) return `This model has layers 0 to ${layerCount - 1}.`;
  return first > last ? 'The first layer comes after the last.' : undefined;
}

function checkOrdinaryText({ generated, benignBatch, divergenceWeight }: Recipe): Record<string, string> {
  if (generated < 2 && divergenceWeight > 0)
    return { generated: 'Give at least 2: without ordinary text nothing keeps other answers as they were.' };
  const most = generated - Math.ceil(generated / heldBackEvery);
  if (benignBatch <= most || generated < 2) return {};
  return {
    benignBatch: `At most ${formatCount(most)}: only this many of the ${formatCount(generated)} ordinary texts are trained on.`,
  };
}
