import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { UserError } from '../../../src/common/errors';
import { showRun as declaration } from '../../../src/contract/declarations/showRun';
import { writeControl } from '../../../src/jobs/runFolder/control';
import { errorOutputPath, jobPath, savedStatePath, writeJob } from '../../../src/jobs/runFolder/jobFile';
import { appendJournal, journalPath, type News } from '../../../src/jobs/runFolder/journal';
import { acquireLock } from '../../../src/jobs/runFolder/lock';
import { showRun } from '../../../src/jobs/showRun';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
  folder = join(root, 'marked.run');
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true }));

const createdAt = '2026-01-01T00:00:00.000Z';
const started: News = { type: 'started', operation: 'embed', pid: 1 };
const trained: News[] = [
  started,
  { type: 'phase', phase: 'training' },
  { type: 'step', done: 40, total: 120, loss: 1, secondsLeft: 180 },
  { type: 'check', step: 40, recall: 0.5, drift: 0.01 },
  { type: 'saved', step: 40 },
  { type: 'step', done: 45, total: 120, loss: 1, secondsLeft: 170 },
];

/** Writes a run folder of an embedding, or of what is given; "saved" in its news leaves a state. */
async function makeRun(news: readonly News[], job: { operation?: string; request?: unknown } = {}) {
  const request = { model: '/m', keys: '/k', out: join(root, 'marked') };
  await writeJob(folder, { version: 1, operation: 'embed', request, createdAt, ...job });
  for (const item of news) appendJournal(folder, item);
  if (news.some(({ type }) => type === 'saved')) writeFileSync(savedStatePath(folder), '{}');
}

/** What is said of the run folder, as programs read it. */
async function show() {
  return declaration.result.parse(JSON.parse(JSON.stringify(await showRun({ run: folder }))));
}

describe('a run that is shown', () => {
  it('tells what it does, where it stands and how long it takes while it runs', async () => {
    await makeRun(trained);
    acquireLock(folder);
    assert.deepEqual(await show(), {
      run: folder,
      operation: 'embed',
      does: 'make a marked copy of a checkpoint',
      model: '/m',
      keys: '/k',
      out: join(root, 'marked'),
      status: 'running',
      startedAt: (await show()).startedAt,
      phase: 'training',
      done: 45,
      total: 120,
      secondsLeft: 170,
      lastCheck: { step: 40, recall: 0.5, drift: 0.01 },
      isSaved: true,
      savedStep: 40,
      shortfalls: [],
      next: `Wait for its end, or pause it with "fingerprint-model runs pause ${folder}".`,
    });
    await writeControl(folder, 'pause');
    assert.equal((await show()).asked, 'pause');
  });

  it('is resumed where it was paused, with its last check from before a resumption', async () => {
    await makeRun([
      ...trained,
      { type: 'ended', status: 'paused' },
      started,
      { type: 'ended', status: 'paused' },
    ]);
    const shown = await show();
    assert.equal(shown.status, 'paused');
    assert.equal(shown.lastCheck?.step, 40);
    assert.equal(shown.secondsLeft, undefined);
    assert.equal(shown.next, `To continue, resume it with "fingerprint-model runs resume ${folder}".`);
  });

  it('tells why it failed, and what to do about it', async () => {
    const failed: News[] = [
      { type: 'error', reason: 'disk-full', message: 'The disk is full.', next: 'Free some space.' },
      { type: 'ended', status: 'failed' },
    ];
    await makeRun([...trained, ...failed]);
    const shown = await show();
    assert.equal(shown.status, 'failed');
    assert.deepEqual(shown.failure, { reason: 'disk-full', message: 'The disk is full.' });
    assert.equal(
      shown.next,
      `Free some space. To continue, resume it with "fingerprint-model runs resume ${folder}".`,
    );
    rmSync(savedStatePath(folder));
    const unsaved = await show();
    assert.equal(unsaved.next, 'Free some space.');
    assert.equal(unsaved.savedStep, undefined);
  });

  it('tells what is known of a process that died, in its own last words where it left some', async () => {
    await makeRun(trained);
    const shown = await show();
    assert.equal(shown.status, 'interrupted');
    assert.match(shown.failure!.message, /that ran the model was killed/);
    assert.equal(shown.next, `To continue, resume it with "fingerprint-model runs resume ${folder}".`);
    writeFileSync(errorOutputPath(folder), 'terminate called: bad_alloc\n');
    assert.equal((await show()).failure?.reason, 'out-of-memory');
  });

  it('is resumed where it is by now, with the files around it', async () => {
    mkdirSync(join(root, 'models', 'm'), { recursive: true });
    await makeRun([...trained, { type: 'ended', status: 'cancelled' }], {
      request: { model: '/elsewhere/models/m', keys: '/elsewhere/k', out: '/elsewhere/o' },
    });
    const { model, keys, out, next } = await show();
    assert.deepEqual([model, keys, out], [join(root, 'models', 'm'), join(root, 'k'), join(root, 'marked')]);
    assert.equal(next, `To continue, resume it with "fingerprint-model runs resume ${folder}".`);
  });

  it('names the test of its copy when it is done, and first of all in what the copy falls short', async () => {
    const copy = { out: '/o', shortfalls: [], keyCount: 64 };
    await makeRun([...trained, { type: 'result', result: copy }, { type: 'ended', status: 'done' }]);
    const out = join(root, 'marked');
    assert.equal(
      (await show()).next,
      `Test the copy with "fingerprint-model verify --model ${out} --keys /k".`,
    );
    const shortfalls = [{ kind: 'drift' as const, measured: 0.61, limit: 0.06 }];
    const ruined = { ...copy, shortfalls, advice: 'Take a lower rate.' };
    await makeRun([...trained, { type: 'result', result: ruined }, { type: 'ended', status: 'done' }]);
    const shown = await show();
    assert.deepEqual(shown.shortfalls, shortfalls);
    assert.equal(shown.next, 'Take a lower rate.');
  });

  it('need not be an embedding, nor of an operation that this version knows', async () => {
    await makeRun([started, { type: 'ended', status: 'cancelled' }], { operation: 'verify' });
    assert.equal((await show()).next, 'To continue, run its command again.');
    await makeRun([started, { type: 'result', result: {} }, { type: 'ended', status: 'done' }], {
      operation: 'paint',
      request: 'a wall',
    });
    const shown = await show();
    assert.equal(shown.operation, 'paint');
    assert.equal(shown.does, undefined);
    assert.equal(shown.out, undefined);
    assert.equal(shown.next, 'There is nothing to do.');
  });
});

describe('a folder that is no whole run', () => {
  const refused = (reason: string) => (error: unknown) =>
    error instanceof UserError && error.reason === reason && error.next.includes('runs list');

  it('is refused without a job file that can be read', async () => {
    await assert.rejects(showRun({ run: join(root, 'nowhere') }), refused('not-found'));
    await assert.rejects(showRun({ run: folder }), refused('not-found'));
    writeFileSync(jobPath(folder), '{"version":1,');
    await assert.rejects(showRun({ run: folder }), refused('broken-json'));
    writeFileSync(jobPath(folder), JSON.stringify({ version: 2, operation: 'embed', createdAt }));
    await assert.rejects(showRun({ run: folder }), refused('unexpected-content'));
  });

  it('counts as interrupted without a journal, and with one that is foreign or torn', async () => {
    await makeRun([]);
    const bare = await show();
    assert.equal(bare.status, 'interrupted');
    assert.equal(bare.phase, undefined);
    assert.match(bare.next, /run its command again\.$/);
    writeFileSync(journalPath(folder), `\0\0\n[]\n{"type":"check"}\n{"time":"${createdAt}","type":"che`);
    assert.deepEqual(await show(), bare);
  });

  it('cannot make a request of the wrong shape into files', async () => {
    const request = { model: 7, keys: ['/k'], out: 'x'.repeat(5000) };
    await makeRun([...trained, { type: 'ended', status: 'paused' }], { request });
    const shown = await show();
    assert.deepEqual([shown.model, shown.keys, shown.out], [undefined, undefined, undefined]);
    assert.equal(shown.next, 'To continue, run its command again.');
  });
});
