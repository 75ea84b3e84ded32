import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeView } from '../../../protocol/panel/recipe';
import { nameRelease } from '../../runs/runNames';
import { listEmbeddings } from '../modelRuns';

/** The recipes of earlier runs of a model, the newest first. */
export function listEarlierRecipes(
  sources: Parameters<typeof listEmbeddings>[0],
  model: string,
): RecipeView['earlier'] {
  return listEmbeddings(sources, model)
    .filter(({ run }) => existsSync(recipeOf(run.folder)))
    .map(({ run, out }) => ({ name: nameRelease(model, out), folder: run.folder }));
}

/** The file with every value that a run used. */
export function recipeOf(runFolder: string): string {
  return join(runFolder, 'recipe.json');
}
