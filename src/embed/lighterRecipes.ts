import type { Recipe } from './recipe';

/** A change of a recipe that takes less memory. */
export interface LighterRecipe {
  /** "layers 12 to 15", "batch 4", "low-rank". */
  readonly name: string;
  readonly changes: Partial<Pick<Recipe, 'trained' | 'layers' | 'benignBatch'>>;
}

/** Smaller changes first: fewer layers, then a smaller batch, then low-rank products. */
export function listLighterRecipes(recipe: Recipe, layerCount: number): LighterRecipe[] {
  const [first, last] = recipe.trained === 'full' ? [0, layerCount - 1] : recipe.layers;
  const fewer = Math.max(first, last - Math.floor((last - first) / 2));
  const smaller = Math.max(1, Math.floor(recipe.benignBatch / 4));
  return [
    {
      name: `layers ${fewer} to ${last}`,
      changes: { trained: recipe.trained === 'full' ? 'mlp' : recipe.trained, layers: [fewer, last] },
    },
    { name: `batch ${smaller}`, changes: { benignBatch: smaller } },
    { name: 'low-rank', changes: { trained: 'low-rank', layers: [first, last] } },
  ];
}
