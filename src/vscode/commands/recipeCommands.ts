import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { usualKeyCount } from '../../contract/declarations/createKeySet';
import { commandIds } from '../../ids';
import { describeCheckpoint } from '../../operations/describeCheckpoint';
import { openRecipeDocument, readRecipe, writeRecipe } from '../panel/recipe/recipeFile';
import { locateEmbedding } from '../runs/locateRun';
import type { PanelHandle, Services } from '../services';
import type { Handlers } from './handlers';
import { markModel } from './modelCommands';
import { askCheckpoint } from './questions';
import { checkpointOf, pathOf } from './targets';

/** Commands on recipe files. */
export function recipeCommands(services: Services, panel: PanelHandle): Partial<Handlers> {
  return {
    [commandIds.openRecipeFile]: (given) => openRecipeFile(services, given),
    [commandIds.startWithRecipe]: async (given) => {
      const uri = uriOf(given);
      const recipe = await readRecipe(uri);
      await markModel(services, panel, { model: modelOfRecipe(services, uri), recipe });
    },
    [commandIds.useRecipe]: async (given) => {
      const uri = uriOf(given);
      const recipe = await readRecipe(uri);
      const ofRun = modelOfRecipe(services, uri);
      const place = { title: 'Use Recipe in Panel', step: 1, totalSteps: 1 };
      await panel.useRecipe(recipe, ofRun, () => askCheckpoint(services.index, place, 'For which model?'));
    },
  };
}

/** The recipe that a command was called for: the one above which it was clicked, or the one in front. */
function uriOf(given: unknown): vscode.Uri {
  if (given instanceof vscode.Uri) return given;
  const front = vscode.window.activeTextEditor?.document.uri;
  if (front) return front;
  throw new UserError('not-found', 'No recipe file is open.', 'Open one and try again.');
}

/** The model of the run whose recipe this is. */
function modelOfRecipe({ index, runs }: Services, uri: vscode.Uri): string | undefined {
  if (basename(uri.path) !== 'recipe.json') return undefined;
  const run = runs.get(dirname(uri.fsPath));
  return run && locateEmbedding(run, index)?.model;
}

/** Opens the recipe of a run, or a model's default recipe as a new file. */
async function openRecipeFile(services: Services, given: unknown): Promise<void> {
  const run = pathOf('run', given);
  const ofRun = run === undefined ? undefined : join(run, 'recipe.json');
  if (ofRun !== undefined && existsSync(ofRun)) {
    await vscode.window.showTextDocument(vscode.Uri.file(ofRun));
    return;
  }
  const model = await askModel(services, given);
  const { problem } = await services.index.lookAt(model);
  if (problem) throw new UserError(problem.reason, problem.message, problem.next);
  const defaults = (await describeCheckpoint(model)).defaults(usualKeyCount);
  await openRecipeDocument(model, writeRecipe(defaults, defaults));
}

async function askModel({ index }: Services, given: unknown): Promise<string> {
  const path = await checkpointOf(given);
  if (path !== undefined && pathOf('run', given) === undefined) return path;
  return askCheckpoint(index, { title: 'Edit Recipe', step: 1, totalSteps: 1 }, 'For which model?');
}
