import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { openCheckpoint } from '../../src/checkpoint/checkpoint';
import { digestCheckpoint } from '../../src/checkpoint/identity';
import { rememberMade } from '../../src/common/installation';
import { embed } from '../../src/contract/declarations/embed';
import { createKeySet } from '../../src/fingerprint/drawing/keySetDrawing';
import { encryptKeySet } from '../../src/fingerprint/keyFile/keyFile';
import type { KeySet } from '../../src/fingerprint/keySet';
import { readRecordedRequest, runFolderOf } from '../../src/jobs/checkpointRun';
import { readJob, savedStatePath, writeJob } from '../../src/jobs/runFolder/jobFile';
import { appendJournal } from '../../src/jobs/runFolder/journal';
import { isOwnRun } from '../../src/jobs/runFolder/ownRun';
import { sealRun } from '../../src/jobs/runFolder/seal';
import { keepInputs } from '../../src/operations/copy/runInputs';
import { makeDriftReport } from '../../src/reports/makeDriftReport';
import { makeVerifyReport } from '../../src/reports/makeVerifyReport';
import { withoutPlaces } from '../../src/reports/places';
import { askBase } from '../../src/vscode/commands/verification/askBase';
import { locateEmbedding } from '../../src/vscode/runs/locateRun';
import type { TestApi } from '../../src/vscode/testApi';
import { makeModelRows } from '../../src/vscode/tree/modelRows';
import { createRequest, silentWatch } from '../unit/fingerprint/fakes';
import {
  driftCircumstances,
  sampleDrift,
  sampleJudgement,
  verifyCircumstances,
} from '../unit/reports/samples';
import { activateExtension, passphrase, workspaceFolder } from './extension';
import { waitUntil } from '../harness/waitUntil';

/**
 * A base with a release that was verified and measured, a paused run, and their key set, all in one folder: written as
 * runs of this installation leave them, without the minutes that these take.
 */
describe('a folder of models that is moved', function () {
  this.timeout(600_000);
  let api: TestApi;
  /** Where it is now. */
  let place = join(workspaceFolder(), 'first');
  let keyName = 'aurora.fpkeys';
  let keySet: KeySet;

  const modelAt = (name = 'aurora'): string => join(place, 'models', name);
  const keysAt = (): string => join(place, 'keys', keyName);

  before(async () => {
    api = await activateExtension();
    await mkdir(join(place, 'keys'), { recursive: true });
    await cp(join(workspaceFolder(), 'sample'), modelAt(), { recursive: true });
    const digest = await digestOf(modelAt());
    keySet = await createKeySet(
      createRequest({ base: { name: 'aurora', digest, tokenizerDigest: digest } }),
      silentWatch,
    );
    await writeFile(keysAt(), await encryptKeySet(keySet, passphrase, { N: 16, r: 1, p: 1 }));
    await api.secrets.store(keysAt(), passphrase);
    await makeCopy('aurora-r1');
    await makeRun('aurora-r1', true);
    await makeReports('aurora-r1');
    await makeRun('aurora-r2', false);
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
    const paused = runFolderOf(modelAt('aurora-r2'));
    assert.equal(api.runs.get(paused)?.canResume, true);
    assert.equal(await isOwnRun(paused), true);
    const { out } = readRecordedRequest(await readJob(paused), paused);
    assert.equal(out, modelAt('aurora-r2'));
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

  it('is complete as a copy too, each with its own files', async () => {
    await cp(place, join(workspaceFolder(), 'copy'), { recursive: true });
    await look();
    assertComplete();
    const original = place;
    place = join(workspaceFolder(), 'copy');
    // Its files are new to everybody, so they are read once.
    await waitUntil(() => api.index.verdictOf(modelAt('aurora-r1')) !== undefined);
    assertComplete();
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
      rehearsalOf: (path) => api.index.rehearsalOf(path),
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

  /** A copy of the base that differs in one weight. */
  async function makeCopy(name: string): Promise<void> {
    await cp(modelAt(), modelAt(name), { recursive: true });
    const weights = await readFile(join(modelAt(name), 'model.safetensors'));
    weights[weights.length - 4]! ^= 1;
    await writeFile(join(modelAt(name), 'model.safetensors'), weights);
  }

  /** The run folder of an embedding that is done, or paused. */
  async function makeRun(name: string, isDone: boolean): Promise<void> {
    const out = modelAt(name);
    const folder = runFolderOf(out);
    const request = { model: modelAt(), keys: keysAt(), out, device: 'cpu', resume: false };
    await mkdir(folder);
    await writeJob(folder, {
      version: 1,
      operation: embed.name,
      request,
      createdAt: new Date().toISOString(),
    });
    await keepInputs(folder, { named: {}, text: [], keySet });
    appendJournal(folder, { type: 'started', operation: embed.name, pid: 1 });
    const figures = { recall: 1, wrappedRecall: 1, drift: { lossRise: 0, kl: 0 }, steps: 1, seconds: 1 };
    if (isDone) {
      const digest = await digestOf(out);
      const result = { ...figures, out, digest, device: 'cpu', notCarried: [], warnings: [] };
      appendJournal(folder, { type: 'result', result });
    } else await writeFile(savedStatePath(folder), '{}');
    appendJournal(folder, { type: 'ended', status: isDone ? 'done' : 'paused' });
    sealRun(folder);
  }

  /** What a verification and a measurement write, of made-up figures. */
  async function makeReports(name: string): Promise<void> {
    const named = { path: modelAt(name), digest: await digestOf(modelAt(name)) };
    const base = { path: modelAt(), digest: await digestOf(modelAt()) };
    const date = new Date().toISOString();
    const verdict = makeVerifyReport(sampleJudgement(8, 8, 8), {
      ...verifyCircumstances,
      ...{ date, base, suspect: named },
    });
    const cost = makeDriftReport(
      sampleDrift,
      { ...driftCircumstances, date, base, marked: named },
      () => 'text',
    );
    for (const [kind, report] of Object.entries({ verify: verdict, drift: cost })) {
      const folder = join(place, 'fingerprint-reports', kind);
      await mkdir(folder, { recursive: true });
      const text = JSON.stringify(withoutPlaces(report, folder));
      rememberMade('report', text);
      await writeFile(join(folder, `${name}.${kind}.fpreport.json`), text);
    }
  }

  async function digestOf(folder: string): Promise<string> {
    return (await digestCheckpoint(await openCheckpoint(folder))).root;
  }
});
