import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { viewIds } from '../../src/ids';
import type { TestApi } from '../../src/vscode/testApi';
import { activateExtension, workspaceFolder } from './extension';
import { waitUntil } from './waitUntil';

describe('what is known of the workspace', () => {
  let api: TestApi;
  const copy = join(workspaceFolder(), 'nested', 'copy');
  const names = (): string[] => api.index.checkpoints.map(({ name }) => name).sort();

  before(async () => {
    api = await activateExtension();
    await vscode.commands.executeCommand(`${viewIds.models}.focus`);
    await api.index.whenReady();
  });

  it('holds the sample model with its facts', () => {
    const [sample] = api.index.checkpoints;
    assert.deepEqual(names(), ['sample']);
    assert.equal(sample?.problem, undefined);
    assert.ok(sample?.facts);
  });

  it('follows the disk', async () => {
    await cp(join(workspaceFolder(), 'sample'), copy, { recursive: true });
    await waitUntil(() => names().includes('copy'));
    await rm(copy, { recursive: true });
    await waitUntil(() => !names().includes('copy'));
  });

  it('says why a damaged checkpoint cannot be used, and keeps it in view', async () => {
    await cp(join(workspaceFolder(), 'sample', 'config.json'), join(copy, 'config.json'));
    await cp(join(workspaceFolder(), 'sample', 'config.json'), join(copy, 'model.safetensors'));
    await waitUntil(() => names().includes('copy'));
    const damaged = api.index.checkpoints.find(({ name }) => name === 'copy');
    assert.equal(damaged?.problem?.kind, 'damaged');
    await rm(join(workspaceFolder(), 'nested'), { recursive: true });
    await waitUntil(() => !names().includes('copy'));
  });
});
