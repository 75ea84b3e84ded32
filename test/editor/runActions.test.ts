import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
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
import { activateExtension, passphrase, workspaceFolder } from './extension';
import { lightRecipe } from './lightRecipe';

/** Keys that are soon answered, and work that goes on. */
const recipe = { ...lightRecipe, steps: 400, driftBudget: 5 };

/** On a machine that does other work as well. */
const limitMs = 240_000;

/** A dialog or message that was shown, and what was chosen in it. */
interface Shown {
  readonly words: string;
  readonly choices: readonly string[];
}

type Show = (words: string, ...rest: unknown[]) => Promise<unknown>;
const showing = vscode.window as unknown as Record<string, Show>;
const shows = ['showWarningMessage', 'showInformationMessage', 'showErrorMessage'] as const;

describe('what can be done with a run', () => {
  let api: TestApi;
  const folder = join(workspaceFolder(), 'actions');
  const keys = join(folder, 'sample.fpkeys');
  const originals = new Map(shows.map((name) => [name, showing[name]!]));
  let shown: Shown[] = [];
  let answer: string | undefined;

  before(async function () {
    this.timeout(limitMs);
    api = await activateExtension();
    await mkdir(folder, { recursive: true });
    const runFolder = await api.runs.newRunFolder('keys');
    const request = { model: join(workspaceFolder(), 'sample'), count: 4, out: keys, device: 'cpu' } as const;
    await api.runs.start(createKeySet, request, { passphrase }, runFolder);
    assert.equal((await api.runs.waitForEnd(runFolder)).state, 'done');
    await api.secrets.store(keys, passphrase);
    for (const name of shows) showing[name] = choose;
  });

  afterEach(() => {
    shown = [];
    answer = undefined;
  });

  after(() => {
    for (const [name, show] of originals) showing[name] = show;
  });

  it('to stop and keep a paused run writes its copy from the last save', async function () {
    this.timeout(limitMs);
    const run = await startUntilSaved('kept');
    await vscode.commands.executeCommand(commandIds.pauseRun, run);
    const paused = await api.runs.waitForEnd(run);
    assert.equal(paused.state, 'paused');
    assert.equal(existsSync(errorLogPath(run)), false);
    const at = paused.lastProgress?.done;
    answer = 'Stop and Keep';
    await vscode.commands.executeCommand(commandIds.stopRun, run);
    await waitUntil(() => api.runs.get(run)?.state !== 'paused', 50, limitMs);
    const done = await api.runs.waitForEnd(run);
    assert.equal(done.state, 'done', done.failure?.message);
    assert.equal(readEmbedResult(done)?.steps, at);
    assert.ok(existsSync(join(folder, 'kept', 'model.safetensors')));
    assert.equal(existsSync(errorLogPath(run)), false);
    // One modal question for stopping, as for cancelling.
    assert.match(shown[0]!.words, /^Stop and keep Mark sample → kept\?$/);
  });

  it('to cancel a paused run is to discard it', async function () {
    this.timeout(limitMs);
    const run = await startUntilSaved('dropped');
    await api.runs.pause(run);
    await api.runs.waitForEnd(run);
    answer = 'Discard';
    await vscode.commands.executeCommand(commandIds.cancelRun, run);
    assert.match(shown[0]!.words, /^Discard Mark sample → dropped\?$/);
    assert.equal(api.runs.get(run), undefined);
    assert.equal(existsSync(run), false);
  });

  it('is never silently nothing', async () => {
    const run = runFolderOf(join(folder, 'kept'));
    assert.deepEqual(listRunActions(api.runs.get(run)!), ['discard']);
    await vscode.commands.executeCommand(commandIds.pauseRun, run);
    assert.match(shown[0]!.words, /^Mark sample → kept cannot be paused: it is done\./);
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

  function choose(words: string, ...rest: unknown[]): Promise<unknown> {
    const items = rest.filter(
      (item): item is string | vscode.MessageItem =>
        typeof item === 'string' || (typeof item === 'object' && item !== null && 'title' in item),
    );
    const titleOf = (item: string | vscode.MessageItem): string =>
      typeof item === 'string' ? item : item.title;
    shown.push({ words, choices: items.map(titleOf) });
    return Promise.resolve(items.find((item) => titleOf(item) === answer));
  }

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
