import * as vscode from 'vscode';
import { inspect } from 'node:util';
import { Cancelled, UserError } from '../common/errors';
import { asDiskError } from '../common/files';
import type { Reason } from '../common/reasons';
import { commandIds } from '../ids';
import { inEditorWords } from './editorWords';

const openLogTitle = 'Open Log';
const manageTrustTitle = 'Manage Workspace Trust';
const chooseBaseTitle = 'Choose Base…';
/** The button for an error that one command puts right. */
const actions: Readonly<Partial<Record<Reason, string>>> = {
  'not-trusted': manageTrustTitle,
  'wrong-base': chooseBaseTitle,
};

/**
 * The one place where errors become words for a user: what happened and what to do next, once. A user's own
 * cancel is silent; an unexpected error goes with its stack into the log.
 */
export function showError(log: vscode.LogOutputChannel, thrown: unknown): void {
  const error = asDiskError(thrown, 'The file');
  if (error instanceof Cancelled || error instanceof vscode.CancellationError) return;
  if (error instanceof UserError) {
    const { reason, message, next } = inEditorWords(error);
    log.error(`${reason}: ${message} ${next}`);
    if (error.cause !== undefined) log.debug(inspect(error.cause));
    void offer(log, `${message} ${next}`, actions[reason]);
    return;
  }
  log.error(inspect(error));
  void offer(log, 'Something unexpected happened. See the log for details, then try again.', openLogTitle);
}

async function offer(log: vscode.LogOutputChannel, words: string, action: string | undefined): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(words, ...(action === undefined ? [] : [action]));
  if (chosen === openLogTitle) log.show();
  if (chosen === manageTrustTitle) await vscode.commands.executeCommand('workbench.trust.manage');
  if (chosen === chooseBaseTitle) await vscode.commands.executeCommand(commandIds.verify);
}
