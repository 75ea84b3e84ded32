import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { commandIds } from '../../ids';
import { UserError } from '../../common/errors';
import type { PanelSnapshot } from '../../protocol/panel/snapshot';
import type { ActionRequest } from '../../protocol/panel/requests';
import {
  cancelDrawing,
  chooseKeySet,
  choosePrompts,
  createKeySet,
  revealKeys,
  unlockKeySet,
} from './keys/actions';
import { chooseFolder, pickModel } from './model/actions';
import type { PanelSession } from './panelSession';
import { chooseTexts, openRecipe, startRun } from './recipe/actions';
import { choosePreset, loadRecipe, useRecipeOf } from './recipe/loading';
import { measureDrift, verifyRelease } from './report/actions';
import { chooseRun } from './run/actions';

type Shown = Omit<PanelSnapshot, 'sequence'> | undefined;

type ActionType = ActionRequest['type'];
type RequestOf<Type extends ActionType> = Extract<ActionRequest, { type: Type }>;
type Handler<Request> = (session: PanelSession, request: Request, shown: Shown) => void | Promise<void>;

const handlers: { readonly [Type in ActionType]: Handler<RequestOf<Type>> } = {
  openStep: (session, { step }) => session.setStep(step),
  chooseModel: (session, { path }) => session.chooseModel(path),
  chooseFolder,
  pickModel,
  trySample: () => run(commandIds.trySampleModel),
  setPublished: (session, { isPublished }) => session.changeIntent({ isPublished }),
  planKeys: (session, { plan }) => session.changeIntent({ plan }),
  choosePrompts,
  drawKeys: createKeySet,
  cancelDrawing,
  chooseKeySet: (session, { path }) => chooseKeySet(session, path),
  unlockKeySet: (session, { path }) => unlockKeySet(session, path),
  revealKeys: (session, { isRevealed }) => revealKeys(session, isRevealed),
  resetRecipe: (session) => session.changeIntent({ changes: {}, device: null, out: null, texts: [] }),
  choosePreset,
  loadRecipe,
  useRecipeOf,
  openRecipeFile: openRecipe,
  chooseTexts,
  startRun,
  showRun: (session, { folder, step }) => session.showRun(folder, step),
  chooseRun: (session) => chooseRun(session),
  pauseRun: (_session, _request, shown) => steerRun(commandIds.pauseRun, shown),
  stopRun: (_session, _request, shown) => steerRun(commandIds.stopRun, shown),
  cancelRun: (_session, _request, shown) => steerRun(commandIds.cancelRun, shown),
  resumeRun: (_session, _request, shown) => steerRun(commandIds.resumeRun, shown),
  discardRun: (_session, _request, shown) => steerRun(commandIds.discardRun, shown),
  verifyRelease,
  measureDrift,
  rehearse: (_session, _request, shown) => run(commandIds.rehearse, shown?.report.release?.folder),
  compareReleases: ({ intent }) => run(commandIds.compareReleases, intent.model ?? undefined),
  tickTask: (session, { subject, task, isDone }) => session.tick(subject, task, isDone),
  copyKeyFile: (_session, { path }) => run(commandIds.copyKeyFile, path),
  openPath: (_session, { path }, shown) => openPath(path, shown),
  openLog: ({ services }) => services.log.show(),
  checkDevices: () => run(commandIds.checkDevices),
  manageTrust: () => run('workbench.trust.manage'),
  copy: (_session, { text }) => copy(text),
};

/**
 * Handles the page's requests.
 * @param shown what the page shows: runs, releases and paths refer to it.
 * @throws Cancelled when the user gives up; UserError.
 */
export async function handle(request: ActionRequest, session: PanelSession, shown: Shown): Promise<void> {
  const handler = handlers[request.type] as Handler<ActionRequest>;
  await handler(session, request, shown);
}

async function steerRun(command: string, shown: Shown): Promise<void> {
  await run(command, shown?.run.folder ?? undefined);
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
}

async function run(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}

async function openPath(path: string, shown: Shown): Promise<void> {
  if (!JSON.stringify(shown ?? null).includes(JSON.stringify(path)))
    throw new UserError('not-offered', `The panel cannot open ${path}.`, 'Open it in the Explorer.');
  const uri = vscode.Uri.file(path);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UserError('not-found', `${path} no longer exists.`, 'Refresh the views.');
  if (!found.isDirectory()) return run('vscode.open', uri);
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  return run(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', uri);
}
