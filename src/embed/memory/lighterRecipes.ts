import { lowRankValues } from '../defaultRecipe';
import type { Recipe } from '../../contract/recipe';

/** A change to a recipe that takes less memory. */
interface LighterRecipe {
  /** "layers 12 to 15", "low-rank at learning rate 0.005", "72 texts". */
  readonly name: string;
  readonly changes: Partial<Pick<Recipe, 'trained' | 'layers' | 'rank' | 'learningRate' | 'generated'>>;
}

/** Smaller changes first. The size of a batch is not among them: a pass keeps to a share of memory anyway. */
export function listLighterRecipes(recipe: Recipe, layerCount: number): LighterRecipe[] {
  const [first, last] = recipe.trained === 'full' ? [0, layerCount - 1] : recipe.layers;
  const fewer = Math.max(first, last - Math.floor((last - first) / 2));
  const texts = Math.ceil(recipe.generated / 4);
  return [
    {
      name: `layers ${fewer} to ${last}`,
      changes: { trained: recipe.trained === 'full' ? 'mlp' : recipe.trained, layers: [fewer, last] },
    },
    {
      name: `low-rank at learning rate ${lowRankValues.learningRate}`,
      changes: { ...lowRankValues, layers: [first, last] },
    },
    { name: `${texts} texts`, changes: { generated: texts } },
  ];
}
