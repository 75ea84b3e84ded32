import type { Recipe } from '../../../contract/recipe';
import { findPreset, recipePresets } from '../../../contract/recipePresets';
import type { Estimate, RecipeView } from '../../../protocol/panel/recipe';
import { listChanges, type CheckedRecipe } from '../../../protocol/checkRecipe';
import type { StepSummary } from '../../../protocol/panel/parts';
import { formatCounted } from '../../../words/numbers';

/** What is known of the recipe of the chosen model. */
export interface RecipeKnowledge {
  readonly defaults: Recipe;
  readonly checked: CheckedRecipe;
  /** A choice: "auto", "cpu", … */
  readonly device: string;
  readonly devices: readonly string[];
  /** As its field shows it. */
  readonly out: string;
  readonly outProblem: string | undefined;
  readonly texts: readonly string[];
  readonly earlier: RecipeView['earlier'];
  readonly layerCount: number;
  readonly parameters: number;
  readonly trainedParameters: number;
  readonly estimate: Estimate | null;
}

/** The step Recipe of the panel. */
export function showRecipe(known: RecipeKnowledge): RecipeView {
  const { checked, outProblem } = known;
  return {
    defaults: known.defaults,
    values: checked.values,
    typed: checked.typed,
    device: known.device,
    devices: known.devices,
    out: known.out,
    texts: known.texts,
    earlier: known.earlier,
    layerCount: known.layerCount,
    parameters: known.parameters,
    trainedParameters: known.trainedParameters,
    problems: { ...checked.problems, ...(outProblem !== undefined && { out: outProblem }) },
    estimate: known.estimate,
  };
}

/** The state of the step, for its tab. */
export function summariseRecipe(recipe: RecipeView | null): StepSummary {
  if (!recipe) return { state: 'open', words: 'Defaults' };
  const problems = Object.keys(recipe.problems).length;
  if (problems > 0) return { state: 'failed', words: `${formatCounted(problems, 'value')} to correct` };
  const changes = Object.keys(listChanges(recipe.defaults, recipe.values)).length;
  if (changes === 0) return { state: 'open', words: 'Defaults' };
  const preset = findPreset(recipe.defaults, recipe.values);
  if (preset !== undefined) return { state: 'ready', words: recipePresets[preset].title };
  return { state: 'ready', words: formatCounted(changes, 'change') };
}
