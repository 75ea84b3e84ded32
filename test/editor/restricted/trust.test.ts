import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { createKeySet } from '../../../src/contract/declarations/createKeySet';
import type { TestApi } from '../../../src/vscode/testApi';
import { commandIds, viewIds } from '../../../src/ids';
import { waitUntil } from '../../harness/waitUntil';
import { answering } from '../answers';
import { activateExtension, findExtension, passphrase, workspaceFolder } from '../extension';

interface Manifest {
  readonly contributes: {
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when?: string;
    }[];
  };
}

describe('a folder that is not trusted', () => {
  let api: TestApi;
  before(async () => (api = await activateExtension()));

  it('is known as such', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('can be looked at', async () => {
    await api.index.whenReady();
    assert.deepEqual(
      api.index.checkpoints.map(({ name, problem }) => [name, problem]),
      [['sample', undefined]],
    );
  });

  it('says where trust is given, wherever it is missing', async () => {
    const { asked } = await answering([() => 'Manage Workspace Trust'], () =>
      vscode.commands.executeCommand(commandIds.createKeySet, join(workspaceFolder(), 'sample')),
    );
    assert.deepEqual(asked[0]!.choices, ['Manage Workspace Trust']);
    const labels = (): string[] =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await waitUntil(() => labels().some((label) => label.includes('Trust')));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('has the same button in each of its views', () => {
    const { viewsWelcome } = (findExtension().packageJSON as Manifest).contributes;
    for (const view of Object.values(viewIds)) {
      const said = viewsWelcome.filter(
        (welcome) => welcome.view === view && welcome.when?.includes('!isWorkspaceTrusted'),
      );
      assert.match(said.map(({ contents }) => contents).join(), /\(command:workbench\.trust\.manage\)/, view);
    }
  });

  it('gets nothing run in it', async () => {
    const out = join(workspaceFolder(), 'keys.fpkeys');
    const runFolder = await api.runs.newRunFolder('keys');
    const request = { model: join(workspaceFolder(), 'sample'), count: 4, out, device: 'cpu' } as const;
    await assert.rejects(api.runs.start(createKeySet, request, { passphrase }, runFolder), {
      reason: 'not-trusted',
    });
    assert.equal(existsSync(runFolder), false);
    assert.equal(existsSync(out), false);
  });
});
