import { join } from 'node:path';
import { UserError } from '../../common/errors';
import { readStrictJson } from '../../common/files';
import { recipeSchema, type Recipe } from '../../contract/recipe';

/** The recipe that a run was started with, including every default; undefined before it is written, or where it is damaged. */
export function readRunRecipe(runFolder: string): Recipe | undefined {
  try {
    return readStrictJson(join(runFolder, 'recipe.json'), recipeSchema, 'Start the run again.');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
