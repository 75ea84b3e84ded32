import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prepareCheckpointRun, readRecordedRequest } from '../../../src/jobs/checkpointRun';
import { readJob, writeJob } from '../../../src/jobs/runFolder/jobFile';
import { appendJournal } from '../../../src/jobs/runFolder/journal';
import { isOwnRun } from '../../../src/jobs/runFolder/ownRun';
import { relocateRequest } from '../../../src/jobs/runFolder/runPlaces';
import { sealRun } from '../../../src/jobs/runFolder/seal';
import { keepInputs } from '../../../src/operations/copy/runInputs';

let root: string;
let before: string;
let after: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  before = join(root, 'before');
  after = join(root, 'after');
});
afterEach(() => rmSync(root, { recursive: true }));

const keySet = { commitment: 'c'.repeat(64), base: { digest: 'b'.repeat(64) } };

/** What a run in this workspace was asked to do. */
const askIn = (workspace: string): Record<string, unknown> => ({
  model: join(workspace, 'models', 'aurora'),
  keys: join(workspace, 'keys', 'k.fpkeys'),
  out: join(workspace, 'models', 'aurora-r1'),
  recipe: join(workspace, 'own.recipe.json'),
  text: [join(workspace, 'text', 'own.txt')],
  resume: false,
});
const runIn = (workspace: string): string => join(workspace, 'models', 'aurora-r1.run');

/** A workspace with a paused run, as its process left it. */
async function makeWorkspace({ isSealed = true, hasInputs = true } = {}): Promise<void> {
  for (const name of ['models/aurora', 'keys', 'text', 'models/aurora-r1.run'])
    mkdirSync(join(before, name), { recursive: true });
  for (const name of ['keys/k.fpkeys', 'own.recipe.json', 'text/own.txt'])
    writeFileSync(join(before, name), '');
  const folder = runIn(before);
  const createdAt = '2026-01-01T00:00:00.000Z';
  await writeJob(folder, { version: 1, operation: 'embed', request: askIn(before), createdAt });
  if (hasInputs) await keepInputs(folder, { named: {}, text: [], keySet });
  writeFileSync(join(folder, 'state.json'), '{}');
  appendJournal(folder, { type: 'started', operation: 'embed', pid: 1 });
  appendJournal(folder, { type: 'ended', status: 'paused' });
  if (isSealed) sealRun(folder);
}

const locate = async (folder: string): Promise<unknown> => relocateRequest(await readJob(folder), folder);
const resumeIn = async (workspace: string, changes: object = {}) =>
  prepareCheckpointRun(
    'embed',
    { ...readRecordedRequest(await readJob(runIn(workspace)), runIn(workspace)), ...changes, resume: true },
    runIn(workspace),
    true,
  );

describe('the files of a run', () => {
  it('are where the job file says, as long as the run folder is', async () => {
    await makeWorkspace();
    assert.deepEqual(await locate(runIn(before)), askIn(before));
  });

  it('move with the run folder', async () => {
    await makeWorkspace();
    renameSync(before, after);
    assert.deepEqual(await locate(runIn(after)), askIn(after));
  });

  it('are those beside a copied folder, although the original is still there', async () => {
    await makeWorkspace();
    cpSync(before, after, { recursive: true });
    assert.deepEqual(await locate(runIn(after)), askIn(after));
    assert.deepEqual(await locate(runIn(before)), askIn(before));
  });

  it('stay where they were if only the run folder and its output moved', async () => {
    await makeWorkspace();
    mkdirSync(after);
    renameSync(runIn(before), join(after, 'best.run'));
    const { model, keys } = askIn(before);
    const found = (await locate(join(after, 'best.run'))) as ReturnType<typeof askIn>;
    assert.deepEqual([found.model, found.keys, found.out], [model, keys, join(after, 'best')]);
  });

  it('are found from the paths of another system', () => {
    const request = {
      model: 'C:\\w\\models\\m',
      keys: 'C:\\w\\k.fpkeys',
      out: 'C:\\w\\out\\m-r1',
      resume: false,
    };
    assert.deepEqual(relocateRequest({ operation: 'embed', request }, '/home/out/m-r1.run'), {
      ...request,
      model: '/home/models/m',
      keys: '/home/k.fpkeys',
      out: '/home/out/m-r1',
    });
    const far = { ...request, keys: 'D:\\k.fpkeys' };
    const found = relocateRequest({ operation: 'embed', request: far }, '/home/out/m-r1.run') as typeof far;
    assert.equal(found.keys, far.keys);
  });

  it('of other work are left alone', () => {
    const request = { model: '/w/m', keys: '/w/k', out: '/w/set.fpkeys' };
    assert.equal(relocateRequest({ operation: 'createKeySet', request }, '/storage/x.run'), request);
  });
});

describe('a run that was moved', () => {
  it('is resumed at the new place without a question, as its last process left it', async () => {
    await makeWorkspace();
    renameSync(before, after);
    assert.equal(await isOwnRun(runIn(after)), true);
    assert.deepEqual(await resumeIn(after), { mode: 'resume' });
  });

  it('is resumed as a copy, and the original as itself', async () => {
    await makeWorkspace();
    cpSync(before, after, { recursive: true });
    assert.deepEqual(await resumeIn(after), { mode: 'resume' });
    assert.deepEqual(await resumeIn(before), { mode: 'resume' });
  });

  it('is foreign if anything that counts in it changed, also beside an own job file', async () => {
    for (const name of ['state.json', 'journal.jsonl', 'inputs.json', 'probe.json', 'recipe.json']) {
      await makeWorkspace();
      renameSync(before, after);
      writeFileSync(join(runIn(after), name), '{"other":1}\n', { flag: 'a' });
      assert.equal(await isOwnRun(runIn(after)), false, name);
      rmSync(after, { recursive: true });
    }
  });

  it('is foreign if it was killed, or began before base and key set were recorded', async () => {
    for (const kind of [{ isSealed: false }, { hasInputs: false }]) {
      await makeWorkspace(kind);
      assert.equal(await isOwnRun(runIn(before)), true);
      renameSync(before, after);
      assert.equal(await isOwnRun(runIn(after)), false);
      await assert.rejects(resumeIn(after), {
        reason: 'foreign-run',
        // What it would read is what is there now.
        message: new RegExp(`marks ${join(after, 'models', 'aurora')} with the keys ${join(after, 'keys')}`),
      });
      rmSync(after, { recursive: true });
    }
  });

  it('goes on with a key file and a model of other names only where it recorded what was in them', async () => {
    await makeWorkspace();
    const renamed = { model: '/elsewhere/m', keys: '/elsewhere/k.fpkeys' };
    assert.deepEqual(await resumeIn(before, renamed), { mode: 'resume' });
    rmSync(before, { recursive: true });
    await makeWorkspace({ hasInputs: false });
    await assert.rejects(resumeIn(before, renamed), { reason: 'other-run' });
    await assert.rejects(resumeIn(before, { text: ['/other.txt'] }), { reason: 'other-run' });
  });

  it('without an output of its name cannot be resumed', async () => {
    await makeWorkspace();
    const renamed = join(before, 'models', 'aurora-r1-old');
    renameSync(runIn(before), renamed);
    const job = await readJob(renamed);
    assert.throws(() => readRecordedRequest(job, renamed), {
      reason: 'moved-run',
      next: 'Rename it to aurora-r1.run.',
    });
  });
});
