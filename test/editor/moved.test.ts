import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { digestCheckpoint } from '../../src/checkpoint/identity';
import { createKeySet } from '../../src/contract/declarations/createKeySet';
import { drift } from '../../src/contract/declarations/drift';
import { embed } from '../../src/contract/declarations/embed';
import { verify } from '../../src/contract/declarations/verify';
import { readKeyFilePublic } from '../../src/fingerprint/keyFile/keyFile';
import { runFolderOf } from '../../src/jobs/checkpointRun';
import { writeJob } from '../../src/jobs/runFolder/jobFile';
import { appendJournal } from '../../src/jobs/runFolder/journal';
import { isOwnRun } from '../../src/jobs/runFolder/ownRun';
import { sealRun } from '../../src/jobs/runFolder/seal';
import { keepInputs } from '../../src/operations/copy/runInputs';
import { askBase } from '../../src/vscode/commands/verification/askBase';
import { isAlive, type KnownRun } from '../../src/vscode/runs/knownRun';
import { locateEmbedding } from '../../src/vscode/runs/locateRun';
import type { TestApi } from '../../src/vscode/testApi';
import { makeModelRows } from '../../src/vscode/tree/modelRows';
import { activateExtension, passphrase, workspaceFolder } from './extension';
import { waitUntil } from './waitUntil';

/** Seconds of work with a save every few steps. */
const recipe = {
  trained: 'full',
  tilt: 0,
  mixing: 0,
  generated: 32,
  benignTokens: 32,
  benignBatch: 8,
  learningRate: 0.003,
  steps: 40,
  warmupSteps: 2,
  driftBudget: 1,
  checkEvery: 4,
} as const;

/** A base with a release that was verified and measured, a paused run, and their key set; all in one folder. */
describe('a folder of models that is moved', function () {
  this.timeout(600_000);
  let api: TestApi;
  /** Where it is now. */
  let place = join(workspaceFolder(), 'first');
  let keyName = 'aurora.fpkeys';

  const modelAt = (name = 'aurora'): string => join(place, 'models', name);
  const keysAt = (): string => join(place, 'keys', keyName);
  const reportAt = (name: string): string => join(place, 'fingerprint-reports', name);

  before(async () => {
    api = await activateExtension();
    await mkdir(join(place, 'keys'), { recursive: true });
    await cp(join(workspaceFolder(), 'sample'), modelAt(), { recursive: true });
    await writeFile(
      join(place, 'text.txt'),
      'Once upon a time there was a little dog. It liked to play.\n'.repeat(20),
    );
    const keys = { model: modelAt(), count: 8, out: keysAt(), device: 'cpu' } as const;
    await finish(await start(createKeySet, keys));
    await api.secrets.store(keysAt(), passphrase);
    await makeRelease();
    const judged = { model: modelAt('aurora-r1'), base: modelAt(), device: 'cpu' } as const;
    await finish(await start(verify, { ...judged, keys: keysAt(), report: reportAt('verify') }));
    await finish(
      await start(drift, { ...judged, text: [join(place, 'text.txt')], report: reportAt('drift') }),
    );
    const paused = await startEmbedding('aurora-r2');
    await waitUntil(() => api.runs.get(paused)?.isSaved === true);
    await api.runs.pause(paused);
    assert.equal((await api.runs.waitForEnd(paused)).state, 'paused');
    await look();
    assertComplete();
  });

  after(async () => {
    await api.secrets.forget(keysAt());
    for (const name of ['first', 'second', 'copy'])
      await rm(join(workspaceFolder(), name), { recursive: true, force: true });
    await look();
  });

  it('keeps its release, badge, drift and paused run', async () => {
    const next = join(workspaceFolder(), 'second');
    await rename(place, next);
    place = next;
    await look();
    assertComplete();
    assert.equal(api.runs.get(runFolderOf(modelAt('aurora-r2')))?.canResume, true);
  });

  it('is verified with its base, which is known by its digest, without a question', async () => {
    const suspect = { model: modelAt('aurora-r1'), keys: keysAt() };
    assert.equal(await askBase(api, suspect, { title: 'Verify', step: 1, totalSteps: 1 }), modelAt());
  });

  it('keeps them when the base, the copy and the key file get other names', async () => {
    await api.secrets.store(keysAt(), passphrase);
    await rename(modelAt(), modelAt('base'));
    await rename(keysAt(), join(place, 'keys', 'renamed.fpkeys'));
    keyName = 'renamed.fpkeys';
    await look();
    const release = findRelease();
    assert.deepEqual([release.model, release.keys], [modelAt('base'), keysAt()]);
    assert.deepEqual(namesBelow(modelAt('base')), ['r1']);
    assert.equal(await api.secrets.isUnlocked(keysAt()), true);
    await rename(modelAt('base'), modelAt());
    await rename(keysAt(), join(place, 'keys', 'aurora.fpkeys'));
    keyName = 'aurora.fpkeys';
    await look();
    assert.equal(await api.secrets.isUnlocked(keysAt()), true);
  });

  it('continues a paused run where it is now, without a question', async () => {
    const folder = runFolderOf(modelAt('aurora-r2'));
    assert.equal(await isOwnRun(folder), true);
    await api.runs.resume(folder, { passphrase });
    const run = await api.runs.waitForEnd(folder);
    assert.equal(run.state, 'done', run.failure?.message);
    assert.equal((run.job.request as { out: string }).out, modelAt('aurora-r2'));
    await look();
    assert.deepEqual(namesBelow(modelAt()).sort(), ['r1', 'r2']);
  });

  it('is complete as a copy too, each with its own files', async () => {
    await cp(place, join(workspaceFolder(), 'copy'), { recursive: true });
    await look();
    assertComplete();
    const original = place;
    place = join(workspaceFolder(), 'copy');
    // Its files are new to everybody, so they are read once.
    await waitUntil(() => api.index.verdictOf(modelAt('aurora-r1')) !== undefined);
    assertComplete();
    assert.deepEqual(namesBelow(modelAt()).sort(), ['r1', 'r2']);
    place = original;
  });

  /** Release, verdict and drift, as the sidebar and the Explorer show them. */
  function assertComplete(): void {
    const release = findRelease();
    assert.deepEqual([release.model, release.keys, release.out], [modelAt(), keysAt(), modelAt('aurora-r1')]);
    assert.ok(namesBelow(modelAt()).includes('r1'));
    assert.equal(api.index.verdictOf(modelAt('aurora-r1'))?.report.answers.asked, 8);
    assert.ok(api.index.driftOf(modelAt('aurora-r1')));
  }

  function findRelease(): NonNullable<ReturnType<typeof locateEmbedding>> {
    const run = api.runs.get(runFolderOf(modelAt('aurora-r1')));
    const found = run && locateEmbedding(run, api.index);
    assert.ok(found, 'The run of r1 is not known.');
    return found;
  }

  /** The labels of the rows below a base, as the tree of models has them. */
  function namesBelow(base: string): string[] {
    const rows = makeModelRows({
      checkpoints: api.index.checkpoints,
      keySets: api.index.keySets,
      digestOf: api.index.digestOf,
      verdictOf: (path) => api.index.verdictOf(path),
      driftOf: (path) => api.index.driftOf(path),
      survivalOf: (path) => api.index.survivalOf(path),
      runs: api.runs.runs,
      roots: [workspaceFolder()],
      isTrusted: true,
    });
    const row = rows.find(({ target }) => target.kind === 'checkpoint' && target.path === base);
    return row?.children.map(({ label }) => label) ?? [];
  }

  async function look(): Promise<void> {
    await Promise.all([api.index.refresh(), api.runs.refresh()]);
  }

  /** A release as a finished run leaves it, without the minutes that one takes: a copy that differs in one weight. */
  async function makeRelease(): Promise<void> {
    const out = modelAt('aurora-r1');
    const request = { model: modelAt(), keys: keysAt(), out, device: 'cpu', resume: false };
    await cp(modelAt(), out, { recursive: true });
    const weights = await readFile(join(out, 'model.safetensors'));
    weights[weights.length - 4]! ^= 1;
    await writeFile(join(out, 'model.safetensors'), weights);
    const { commitment, baseDigest } = await readKeyFilePublic(keysAt());
    const { root: digest } = await digestCheckpoint(await openCheckpoint(out));
    const folder = runFolderOf(out);
    await mkdir(folder);
    await writeJob(folder, {
      version: 1,
      operation: embed.name,
      request,
      createdAt: new Date().toISOString(),
    });
    await keepInputs(folder, { named: {}, text: [], keySet: { commitment, base: { digest: baseDigest } } });
    const figures = { recall: 1, wrappedRecall: 1, drift: { lossRise: 0, kl: 0 }, steps: 1, seconds: 1 };
    const result = { ...figures, out, digest, device: 'cpu', notCarried: [], warnings: [] };
    appendJournal(folder, { type: 'started', operation: embed.name, pid: 1 });
    appendJournal(folder, { type: 'result', result });
    appendJournal(folder, { type: 'ended', status: 'done' });
    sealRun(folder);
  }

  async function start<Request>(
    operation: Parameters<typeof api.runs.start<Request>>[0],
    request: Request,
  ): Promise<string> {
    const folder = await api.runs.newRunFolder(operation.name);
    return (await api.runs.start(operation, request, { passphrase }, folder)).folder;
  }

  async function startEmbedding(name: string): Promise<string> {
    const out = modelAt(name);
    const request = { model: modelAt(), keys: keysAt(), out, recipe, device: 'cpu', resume: false } as const;
    return (await api.runs.start(embed, request, { passphrase }, runFolderOf(out))).folder;
  }

  async function finish(folder: string): Promise<KnownRun> {
    const run = await api.runs.waitForEnd(folder);
    assert.ok(!isAlive(run));
    assert.equal(run.state, 'done', run.failure?.message);
    return run;
  }
});
