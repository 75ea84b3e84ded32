import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type * as vscode from 'vscode';
import { createKeySet } from '../../src/contract/declarations/createKeySet';
import { embed as embedding } from '../../src/contract/declarations/embed';
import { findLiveOwner } from '../../src/jobs/runFolder/lock';
import type { KnownRun } from '../../src/vscode/runs/knownRun';
import { runFolderOf } from '../../src/jobs/checkpointRun';
import { RunFolders } from '../../src/vscode/runs/runFolders';
import { RunService } from '../../src/vscode/runs/runService';
import type { TestApi } from '../../src/vscode/testApi';
import { activateExtension, passphrase, workspaceFolder } from './extension';
import { lightRecipe } from './lightRecipe';
import { waitUntil } from '../harness/waitUntil';

const recipe = { ...lightRecipe, steps: 40, driftBudget: 1 };

describe('a run', () => {
  let api: TestApi;
  const folder = join(workspaceFolder(), 'work');
  const keys = join(folder, 'sample.fpkeys');
  const services: RunService[] = [];

  before(async () => {
    api = await activateExtension();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'recipe.json'), JSON.stringify(recipe));
    const runFolder = await api.runs.newRunFolder('keys');
    const model = join(workspaceFolder(), 'sample');
    await api.runs.start(
      createKeySet,
      { model, count: 8, out: keys, device: 'cpu' },
      { passphrase },
      runFolder,
    );
    const { state } = await api.runs.waitForEnd(runFolder);
    assert.equal(state, 'done');
  });

  after(() => services.forEach((service) => service.dispose()));

  it('is followed to its end', async () => {
    const states = new Set<string>();
    const watch = api.runs.onDidChangeRun(({ state }) => states.add(state));
    const run = await embed('whole');
    assert.equal((await api.runs.waitForEnd(run)).state, 'done');
    watch.dispose();
    assert.deepEqual([...states], ['starting', 'running', 'done']);
    const journal = await api.runs.journal(run);
    assert.ok(journal.some(({ type }) => type === 'step'));
  });

  it('is found again by the next window, which pauses it; the first window goes on with it', async () => {
    const run = await embed('reloaded');
    const next = openWindow();
    await next.refresh();
    assert.equal(next.get(run)?.state, 'running');
    await waitUntil(() => api.runs.get(run)?.isSaved === true);
    await next.pause(run);
    assert.equal((await next.waitForEnd(run)).state, 'paused');
    assert.equal((await api.runs.waitForEnd(run)).state, 'paused');
    await api.runs.resume(run, { passphrase });
    assert.equal((await api.runs.waitForEnd(run)).state, 'done');
    assert.deepEqual(await weightsOf('reloaded'), await weightsOf('whole'));
  });

  it('that is killed says so, and gives the same bytes when it goes on', async () => {
    const run = await embed('killed');
    await waitUntil(() => api.runs.get(run)?.isSaved === true);
    process.kill(findLiveOwner(run)!.pid, 'SIGKILL');
    const killed = await api.runs.waitForEnd(run);
    assert.ok(['interrupted', 'failed'].includes(killed.state), killed.state);
    assert.equal(killed.canResume, true);
    await api.runs.resume(run, { passphrase });
    const resumed = await api.runs.waitForEnd(run);
    assert.equal(resumed.state, 'done');
    assert.deepEqual(await weightsOf('killed'), await weightsOf('whole'));
    // It was started on the CPU; it goes on where the settings say.
    assert.equal((resumed.job.request as { device: string }).device, 'auto');
  });

  it('that is cancelled ends, and leaves its last save', async () => {
    const run = await embed('cancelled');
    await waitUntil(() => api.runs.get(run)?.isSaved === true);
    await api.runs.cancel(run);
    assert.equal(api.runs.get(run)?.state, 'cancelled');
    assert.equal(findLiveOwner(run), undefined);
    await api.runs.discard(run);
    assert.equal(api.runs.get(run), undefined);
  });

  async function embed(name: string): Promise<string> {
    const out = join(folder, name);
    const request = {
      model: join(workspaceFolder(), 'sample'),
      keys,
      out,
      recipe: join(folder, 'recipe.json'),
    };
    const started: KnownRun = await api.runs.start(
      embedding,
      { ...request, device: 'cpu', resume: false },
      { passphrase },
      runFolderOf(out),
    );
    assert.equal(started.state, 'running');
    return started.folder;
  }

  function weightsOf(name: string): Promise<Buffer> {
    return readFile(join(folder, name, 'model.safetensors'));
  }

  /** Another window on the same folder: it knows only what lies on the disk. */
  function openWindow(): RunService {
    const memory: vscode.Memento = { keys: () => [], get: () => undefined, update: () => Promise.resolve() };
    const service = new RunService({
      folders: new RunFolders(join(folder, 'no-storage'), memory),
      runnerPath: 'unused',
      placement: () => ({ device: 'cpu', precision: 'single' }),
      threads: () => 1,
      keepFinished: () => 50,
      onError: (error) => assert.fail(String(error)),
      onUnreadable: (folder, error) => assert.fail(`${folder}: ${String(error)}`),
    });
    services.push(service);
    return service;
  }
});
