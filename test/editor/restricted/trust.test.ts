import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { createKeySet } from '../../../src/contract/declarations/createKeySet';
import type { TestApi } from '../../../src/vscode/testApi';
import { activateExtension, passphrase, workspaceFolder } from '../extension';

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
