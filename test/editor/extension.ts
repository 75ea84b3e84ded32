import assert from 'node:assert/strict';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/vscode/testApi';
import { passphrase } from '../harness/passphrase';

export { passphrase };

export function findExtension(): vscode.Extension<TestApi> {
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.fingerprint-model'));
  assert.ok(extension, 'The extension is not installed.');
  return extension as vscode.Extension<TestApi>;
}

/** The running extension, activated. */
export async function activateExtension(): Promise<TestApi> {
  return findExtension().activate();
}

/** The folder that is open, with the sample model in `sample`. */
export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'No folder is open.');
  return folder.uri.fsPath;
}

/** Prints a line among those of the suites; the console of the extension host is not seen everywhere. */
export function say(line: string): void {
  Mocha.reporters.Base.consoleLog(line);
}
