import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../../common/errors';
import type { Recipe } from '../../../contract/recipe';
import { recipePresets, type PresetName } from '../../../contract/recipePresets';
import { listChanges } from '../../../protocol/checkRecipe';
import { pickOne } from '../../commands/dialog';
import { askFile } from '../../commands/questions';
import type { PanelSession } from '../panelSession';
import { requireModel } from '../requireModel';
import { listEarlierRecipes, recipeOf } from './earlierRecipes';
import { readRecipe } from './recipeFile';

/** Replaces the values of the recipe by a preset's. */
export async function choosePreset(
  session: PanelSession,
  { preset }: { readonly preset: PresetName },
): Promise<void> {
  await adopt(session, (defaults) => recipePresets[preset].change(defaults));
}

/** Replaces the values of the recipe by those of a file; values that it leaves out get their defaults. */
export async function adoptRecipe(session: PanelSession, recipe: Partial<Recipe>): Promise<void> {
  await adopt(session, () => recipe);
}

/**
 * Lets the user choose the recipe of an earlier run or a recipe file.
 * @throws Cancelled; UserError.
 */
export async function loadRecipe(session: PanelSession): Promise<void> {
  const { index } = session.services;
  const model = requireModel(session);
  const place = { title: 'Load Recipe', step: 1, totalSteps: 1 };
  const path = await pickOne<string | null>(place, 'Which recipe do you want to use?', [
    ...listEarlierRecipes(session.services, model).map(({ name, folder }) => ({
      label: `$(history) Recipe of ${name}`,
      description: 'every value that this run used',
      value: recipeOf(folder),
    })),
    ...index.recipes.map((file) => ({
      label: `$(json) ${basename(file)}`,
      detail: vscode.workspace.asRelativePath(file),
      value: file,
    })),
    { label: '$(folder-opened) Choose Recipe File…', value: null },
  ]);
  const file = path ?? (await askFile('Choose a Recipe', { Recipes: ['json'] }));
  await adoptRecipe(session, await readRecipe(vscode.Uri.file(file)));
}

/** Uses the recipe of an earlier run of the chosen model. */
export async function useRecipeOf(
  session: PanelSession,
  { folder }: { readonly folder: string },
): Promise<void> {
  const earlier = listEarlierRecipes(session.services, requireModel(session));
  if (!earlier.some((run) => run.folder === folder))
    throw new UserError('not-found', 'That run is no longer there.', 'Load another recipe.');
  await adoptRecipe(session, await readRecipe(vscode.Uri.file(recipeOf(folder))));
}

async function adopt(session: PanelSession, choose: (defaults: Recipe) => Partial<Recipe>): Promise<void> {
  const model = requireModel(session);
  const { described } = await session.catalogue.describe(model);
  if (!described) throw new UserError('no-model', 'This model cannot be used.', 'Choose another one.');
  const defaults = described.defaults(session.keyCount);
  const chosen = listChanges(defaults, { ...defaults, ...choose(defaults) });
  const changes = Object.fromEntries(
    Object.entries(chosen).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
  session.changeIntent({ changes });
}
