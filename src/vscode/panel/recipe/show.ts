import type { Recipe } from '../../../contract/recipe';
import type { Estimate, RecipeView } from '../../../protocol/panel/recipe';
import type { CheckedRecipe } from '../../../protocol/checkRecipe';

/** What is known of the recipe of the chosen model. */
export interface RecipeKnowledge {
  readonly defaults: Recipe;
  readonly checked: CheckedRecipe;
  /** A wish: "auto", "cpu", … */
  readonly device: string;
  readonly devices: readonly string[];
  /** As it stands in its field. */
  readonly out: string;
  readonly outProblem: string | undefined;
  readonly texts: readonly string[];
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
    layerCount: known.layerCount,
    parameters: known.parameters,
    trainedParameters: known.trainedParameters,
    problems: { ...checked.problems, ...(outProblem !== undefined && { out: outProblem }) },
    estimate: known.estimate,
  };
}
