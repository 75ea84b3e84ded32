import { recipeValues, type Recipe, type RecipeField } from '../../contract/recipe';
import type { NamedFact } from '../../protocol/panel/parts';

/** Every value but the seed, which says nothing of how strong a mark is. */
const compared = (Object.keys(recipeValues) as RecipeField[]).filter((field) => field !== 'seed');

/**
 * For every recipe the values in which they differ from each other, named as the form names them; undefined stays
 * where a recipe is not known.
 */
export function listDifferences(recipes: readonly (Recipe | undefined)[]): (NamedFact[] | undefined)[] {
  const known = recipes.filter((recipe) => recipe !== undefined);
  const differing = compared.filter(
    (field) => new Set(known.map((recipe) => JSON.stringify(recipe[field]))).size > 1,
  );
  return recipes.map(
    (recipe) =>
      recipe &&
      differing.map((field) => ({ name: recipeValues[field].title, value: sayValue(recipe, field) })),
  );
}

/** A value as a person reads it: "0.002", "3 to 5", "Low-rank updates". */
function sayValue(recipe: Recipe, field: RecipeField): string {
  const value = recipe[field];
  const described = recipeValues[field];
  if (Array.isArray(value)) return value.join(' to ');
  if (described.kind === 'choice')
    return described.options.find((option) => option.value === value)?.words ?? String(value);
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}
