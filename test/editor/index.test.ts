import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { viewIds } from '../../src/ids';
import type { TestApi } from '../../src/vscode/testApi';
import { activateExtension, workspaceFolder } from './extension';
import { waitUntil } from '../harness/waitUntil';

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

  it('gives folders that were made to hang or fill the editor a damaged row, and the others theirs', async () => {
    await addHostileFolders();
    const hostile = join(workspaceFolder(), 'hostile');
    const seesAll = async (): Promise<boolean> => {
      const now = new Date();
      await utimes(join(hostile, 'head', 'config.json'), now, now);
      return names().length === 5;
    };
    await waitUntil(seesAll, 1000);
    const problemOf = (name: string) => api.index.checkpoints.find((found) => found.name === name)?.problem;
    assert.match(problemOf('head')!.message, /"head_dim" \(2147483646\)/);
    assert.match(problemOf('layers')!.message, /"num_hidden_layers" \(10000\)/);
    assert.match(problemOf('pipe')!.message, /is a named pipe, not a file/);
    assert.match(problemOf('endless')!.message, /is a device, not a file/);
    assert.equal(problemOf('sample'), undefined);
    await rm(hostile, { recursive: true });
    await waitUntil(() => names().length === 1);
  });
});

/** Folders that a search of the workspace takes for checkpoints, each of which hung or filled its reader once. */
async function addHostileFolders(): Promise<void> {
  const config = { model_type: 'llama', vocab_size: 16, hidden_size: 8, intermediate_size: 8 };
  const heads = { num_hidden_layers: 2, num_attention_heads: 2 };
  for (const [name, changes] of [
    ['head', { ...heads, head_dim: 2_147_483_646 }],
    ['layers', { ...heads, num_hidden_layers: 10_000 }],
    ['pipe', heads],
    ['endless', heads],
  ] as const) {
    const folder = join(workspaceFolder(), 'hostile', name);
    const path = join(folder, 'config.json');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'model.safetensors'), Buffer.from('\u0002\0\0\0\0\0\0\0{}'));
    if (name === 'pipe') execFileSync('mkfifo', [path]);
    else if (name === 'endless') await symlink('/dev/zero', path);
    else await writeFile(path, JSON.stringify({ ...config, ...changes }));
  }
}
