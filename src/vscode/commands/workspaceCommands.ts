import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { asDiskError, writeFileAtomic } from '../../common/files';
import { usualKeyCount } from '../../contract/declarations/createKeySet';
import { commandIds } from '../../ids';
import { describeCheckpoint } from '../../operations/describeCheckpoint';
import type { PanelHandle, Services } from '../services';
import { pickOne } from './dialog';
import { askCheckpoint, askFolder, askNewFile } from './questions';
import type { Handlers } from './handlers';
import { checkpointOf, pathOf } from './targets';

/** Commands on the workspace as a whole, and on files that are opened as they are. */
export function workspaceCommands(services: Services, panel: PanelHandle): Partial<Handlers> {
  const { index, log, runs } = services;
  const uriOf = (given: unknown): vscode.Uri | undefined => {
    const path = pathOf('checkpoint', given) ?? pathOf('keySet', given) ?? pathOf('run', given);
    return path === undefined ? undefined : vscode.Uri.file(path);
  };
  return {
    [commandIds.addFolder]: addFolder,
    [commandIds.trySampleModel]: () => trySampleModel(services, panel),
    [commandIds.refresh]: () => Promise.all([runs.refresh(), index.retry()]),
    [commandIds.openLog]: () => log.show(),
    [commandIds.openRecipeFile]: (given) => openRecipeFile(services, given),
    [commandIds.copyPath]: (given) => vscode.env.clipboard.writeText(uriOf(given)?.fsPath ?? ''),
    [commandIds.revealInExplorer]: (given) =>
      vscode.commands.executeCommand('revealInExplorer', uriOf(given)),
  };
}

async function addFolder(): Promise<void> {
  const isEmpty = (vscode.workspace.workspaceFolders ?? []).length === 0;
  const command = isEmpty ? 'vscode.openFolder' : 'workbench.action.addRootFolder';
  await vscode.commands.executeCommand(command);
}

/** Copies the bundled sample model into a folder that the user chooses, and shows it. */
async function trySampleModel({ context, index }: Services, panel: PanelHandle): Promise<void> {
  const folder = await askSampleFolder();
  const target = findFreeName(join(folder, 'tiny-stories'));
  try {
    await cp(context.asAbsolutePath('media/sample-model'), target, { recursive: true });
  } catch (error) {
    throw asDiskError(error, target);
  }
  const isInside = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(target)) !== undefined;
  if (!isInside) return vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder));
  await index.refresh();
  await panel.open('model', target);
}

async function askSampleFolder(): Promise<string> {
  const title = 'Try the Sample Model';
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const browse = (): Promise<string> => askFolder('Choose a Folder for the Sample Model', 'Copy Here');
  if (folders.length === 0) return browse();
  const chosen = await pickOne<string | null>(
    { title, step: 1, totalSteps: 1 },
    'Into which folder do you want to copy the sample model (2.6 MB)?',
    [
      ...folders.map(({ name, uri }) => ({
        label: `$(folder) ${name}`,
        detail: uri.fsPath,
        value: uri.fsPath,
      })),
      { label: '$(folder-opened) Choose Folder…', value: null },
    ],
  );
  return chosen ?? browse();
}

function findFreeName(path: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (!existsSync(name)) return name;
  }
}

/** Opens the recipe of a run, or writes a model's default recipe into a new file. */
async function openRecipeFile(services: Services, given: unknown): Promise<void> {
  const run = pathOf('run', given);
  const ofRun = run === undefined ? undefined : join(run, 'recipe.json');
  const path = ofRun !== undefined && existsSync(ofRun) ? ofRun : await makeRecipe(services, given);
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}

async function makeRecipe({ index }: Services, given: unknown): Promise<string> {
  const place = { title: 'Edit Recipe', step: 1, totalSteps: 1 };
  const path = await checkpointOf(given);
  const isModel = path !== undefined && pathOf('run', given) === undefined;
  const model = isModel ? path : await askCheckpoint(index, place, 'For which model?');
  const { problem } = await index.lookAt(model);
  if (problem) throw new UserError(problem.reason, problem.message, problem.next);
  const { defaults } = await describeCheckpoint(model);
  const proposed = findFreeName(join(dirname(model), basename(model))) + '.recipe.json';
  const out = await askNewFile('New Recipe', proposed, { Recipes: ['json'] });
  await writeFileAtomic(out, `${JSON.stringify(defaults(usualKeyCount), undefined, 2)}\n`);
  return out;
}
