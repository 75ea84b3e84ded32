import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { createKeySet } from '../../src/contract/declarations/createKeySet';
import { embed } from '../../src/contract/declarations/embed';
import { commandIds } from '../../src/ids';
import { runFolderOf } from '../../src/jobs/checkpointRun';
import { errorLogPath } from '../../src/jobs/runFolder/jobFile';
import { readEmbedResult } from '../../src/vscode/runs/embedRun';
import { listRunActions } from '../../src/vscode/runs/runActions';
import type { TestApi } from '../../src/vscode/testApi';
import { waitUntil } from '../harness/waitUntil';
import { answering } from './answers';
import { activateExtension, passphrase, workspaceFolder } from './extension';
import { lightRecipe } from './lightRecipe';

/** Keys that are soon answered, and work that goes on. */
const recipe = { ...lightRecipe, steps: 400, driftBudget: 5 };

/** On a machine that does other work as well. */
const limitMs = 240_000;

describe('what can be done with a run', () => {
  let api: TestApi;
  const folder = join(workspaceFolder(), 'actions');
  const keys = join(folder, 'sample.fpkeys');

  const command = (id: string, given: unknown) => () => vscode.commands.executeCommand(id, given);

  before(async function () {
    this.timeout(limitMs);
    api = await activateExtension();
    await mkdir(folder, { recursive: true });
    const runFolder = await api.runs.newRunFolder('keys');
    const request = { model: join(workspaceFolder(), 'sample'), count: 4, out: keys, device: 'cpu' } as const;
    await api.runs.start(createKeySet, request, { passphrase }, runFolder);
    assert.equal((await api.runs.waitForEnd(runFolder)).state, 'done');
    await api.secrets.store(keys, passphrase);
  });

  it('to stop and keep a paused run writes its copy from the last save', async function () {
    this.timeout(limitMs);
    const run = await startUntilSaved('kept');
    await vscode.commands.executeCommand(commandIds.pauseRun, run);
    const paused = await api.runs.waitForEnd(run);
    assert.equal(paused.state, 'paused');
    assert.equal(existsSync(errorLogPath(run)), false);
    const at = paused.lastProgress?.done;
    const { asked } = await answering([() => 'Stop and Keep'], command(commandIds.stopRun, run), limitMs);
    await waitUntil(() => api.runs.get(run)?.state !== 'paused', 50, limitMs);
    const done = await api.runs.waitForEnd(run);
    assert.equal(done.state, 'done', done.failure?.message);
    assert.equal(readEmbedResult(done)?.steps, at);
    assert.ok(existsSync(join(folder, 'kept', 'model.safetensors')));
    assert.equal(existsSync(errorLogPath(run)), false);
    // One modal question for stopping, as for cancelling.
    assert.match(asked[0]!.words, /^Stop and keep Mark sample → kept\?$/);
  });

  it('to cancel a paused run is to discard it', async function () {
    this.timeout(limitMs);
    const run = await startUntilSaved('dropped');
    await api.runs.pause(run);
    await api.runs.waitForEnd(run);
    const { asked } = await answering([() => 'Discard'], command(commandIds.cancelRun, run));
    assert.match(asked[0]!.words, /^Discard Mark sample → dropped\?$/);
    assert.equal(api.runs.get(run), undefined);
    assert.equal(existsSync(run), false);
  });

  it('is never silently nothing', async () => {
    const run = runFolderOf(join(folder, 'kept'));
    assert.deepEqual(listRunActions(api.runs.get(run)!), ['discard']);
    const { asked } = await answering([() => undefined], command(commandIds.pauseRun, run));
    assert.match(asked[0]!.words, /^Mark sample → kept cannot be paused: it is done\./);
  });

  it('to clear finished runs keeps the folder of a release, and its run', async () => {
    const run = runFolderOf(join(folder, 'kept'));
    const inStorage = api.runs.runs.filter(({ job }) => job.operation === createKeySet.name);
    assert.ok(inStorage.length > 0);
    await vscode.commands.executeCommand(commandIds.clearFinishedRuns);
    for (const each of inStorage) assert.equal(existsSync(each.folder), false);
    assert.ok(existsSync(run));
    assert.equal(api.runs.get(run)?.state, 'done');
  });

  it('to start one from above a recipe file asks for model, keys and folder, and uses its values', async function () {
    this.timeout(limitMs);
    const file = join(folder, 'quick.recipe.json');
    await writeFile(file, JSON.stringify({ ...recipe, steps: 60 }));
    await vscode.window.showTextDocument(vscode.Uri.file(file));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      vscode.Uri.file(file),
    );
    const start = lenses.map((lens) => lens.command!).find(({ title }) => title.includes('Start Run'))!;
    await api.index.refresh();
    const { asked } = await answering(
      [
        () => '$(package) sample',
        ({ choices }) => choices.find((choice) => choice.includes('sample.fpkeys')),
        () => 'started',
      ],
      () => vscode.commands.executeCommand(start.command, ...((start.arguments ?? []) as unknown[])),
      limitMs,
    );
    assert.match(asked[0]!.words, /^Which model do you want to mark\?/);
    const run = runFolderOf(join(workspaceFolder(), 'started'));
    assert.equal((api.runs.get(run)?.job.request as { recipe: { steps: number } }).recipe.steps, 60);
    await api.runs.cancel(run);
    if (api.runs.get(run)) await api.runs.discard(run);
  });

  async function startUntilSaved(name: string): Promise<string> {
    const out = join(folder, name);
    const model = join(workspaceFolder(), 'sample');
    const request = { model, keys, out, recipe };
    const { folder: run } = await api.runs.start(
      embed,
      { ...request, device: 'cpu', resume: false },
      { passphrase },
      runFolderOf(out),
    );
    await waitUntil(() => (api.runs.get(run)?.lastProgress?.recall ?? 0) >= 0.5, 50, limitMs);
    await waitUntil(() => api.runs.get(run)?.isSaved === true, 50, limitMs);
    return run;
  }
});
