import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, devicesScheme } from '../../src/ids';
import type { TestApi } from '../../src/vscode/testApi';
import { activateExtension } from './extension';
import { waitUntil } from '../harness/waitUntil';

describe('checking the devices', () => {
  let api: TestApi;
  before(async () => (api = await activateExtension()));
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('shows a page that says of every device how it stands, and leaves no run behind', async () => {
    await vscode.commands.executeCommand(commandIds.checkDevices);
    const page = await vscode.workspace.openTextDocument(
      vscode.Uri.from({ scheme: devicesScheme, path: '/Devices.md' }),
    );
    const text = page.getText();
    assert.match(text, /## CPU \(`cpu`\)\n\nWorks\./);
    for (const device of ['webgpu', 'cuda', 'dml', 'coreml'])
      assert.ok(text.includes(`\`${device}\``), device);
    await waitUntil(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('Devices') === true,
    );
    assert.deepEqual(
      api.runs.runs.filter(({ job }) => job.operation === 'doctor'),
      [],
    );
  });
});
