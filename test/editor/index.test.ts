import assert from 'node:assert/strict';
import { cp, rm, utimes } from 'node:fs/promises';
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
  /** The editor does not say when it has begun to watch, and what happened before that it never tells: the file is touched again. */
  const seesCopy = async (): Promise<boolean> => {
    const now = new Date();
    await utimes(join(copy, 'config.json'), now, now);
    return names().includes('copy');
  };
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
    await waitUntil(seesCopy, 1000);
    await rm(copy, { recursive: true });
    await waitUntil(() => !names().includes('copy'));
  });

  it('says why a damaged checkpoint cannot be used, and keeps it in view', async () => {
    await cp(join(workspaceFolder(), 'sample', 'config.json'), join(copy, 'config.json'));
    await cp(join(workspaceFolder(), 'sample', 'config.json'), join(copy, 'model.safetensors'));
    await waitUntil(seesCopy, 1000);
    const damaged = api.index.checkpoints.find(({ name }) => name === 'copy');
    assert.equal(damaged?.problem?.kind, 'damaged');
    await rm(join(workspaceFolder(), 'nested'), { recursive: true });
    await waitUntil(() => !names().includes('copy'));
  });
});
