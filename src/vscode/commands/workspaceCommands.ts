import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { asDiskError } from '../../common/files';
import { commandIds, walkthroughId } from '../../ids';
import type { PanelHandle, Services } from '../services';
import { askFolder } from './questions';
import type { Handlers } from './handlers';
import { pathOf } from './targets';

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
    [commandIds.keepSample]: () => keepSample(services),
    [commandIds.openWalkthrough]: () => openWalkthrough(services),
    [commandIds.refresh]: () => Promise.all([runs.refresh(), index.retry()]),
    [commandIds.openLog]: () => log.show(),
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

/** Opens the bundled sample model in this window, without a question. */
async function trySampleModel({ index, sample }: Services, panel: PanelHandle): Promise<void> {
  const model = await sample.open();
  await index.adoptRoots();
  await panel.open('model', model);
}

/**
 * Copies the sample model, with what was made from it, into a folder that the user chooses.
 * @throws Cancelled; UserError.
 */
async function keepSample({ sample }: Services): Promise<void> {
  await sample.open();
  const folder = await askFolder('Choose a Folder for a Copy of the Sample Model', 'Copy Here');
  const target = findFreeName(join(folder, 'fingerprint-sample'));
  try {
    await cp(sample.root, target, { recursive: true, errorOnExist: true });
  } catch (error) {
    throw asDiskError(error, target);
  }
  const open = 'Open Folder';
  const chosen = await vscode.window.showInformationMessage(`The sample model is in ${target}.`, open);
  if (chosen === open) await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(target));
}

function findFreeName(path: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (!existsSync(name)) return name;
  }
}

/** Opens the walkthrough, wherever the editor hides it. */
async function openWalkthrough({ context }: Services): Promise<void> {
  await vscode.commands.executeCommand(
    'workbench.action.openWalkthrough',
    `${context.extension.id}#${walkthroughId}`,
    false,
  );
}
