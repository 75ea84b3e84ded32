import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, reportEditorType } from '../../src/ids';
import { activateExtension, workspaceFolder } from './extension';
import { waitUntil } from './waitUntil';

describe('a report file', () => {
  const folder = join(workspaceFolder(), 'reports');
  const file = join(folder, 'check.fpreport.json');
  const activeTab = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

  before(async () => {
    await activateExtension();
    await mkdir(folder);
    await writeFile(file, '{"format":"fingerprint-model/verify-report","version":9}');
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true });
  });

  it('opens in its own editor, whatever is wrong with it', async () => {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
    await waitUntil(() => activeTab() instanceof vscode.TabInputCustom);
    const input = activeTab();
    assert.ok(input instanceof vscode.TabInputCustom);
    assert.equal(input.viewType, reportEditorType);
  });

  it('opens as JSON from there, unchanged', async () => {
    await vscode.commands.executeCommand(commandIds.openReportAsJson);
    await waitUntil(() => activeTab() instanceof vscode.TabInputText);
    const shown = vscode.window.activeTextEditor?.document.getText();
    assert.equal(shown, await readFile(file, 'utf8'));
  });
});
