import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { UserError } from '../../../src/common/errors';
import { appendJournal, type News } from '../../../src/jobs/runFolder/journal';
import { writeJob } from '../../../src/jobs/runFolder/jobFile';
import { acquireLock, releaseLock } from '../../../src/jobs/runFolder/lock';
import { prepareRun, removeUselessRun } from '../../../src/jobs/prepareRun';
import { discardRun, findRuns, readRun, requestControl } from '../../../src/jobs/runs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const request = { model: '/m', keys: '/k', device: 'cpu' };

async function makeRun(name: string, ...news: News[]): Promise<string> {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  await writeJob(folder, {
    version: 1,
    operation: 'embed',
    request: { ...request, out: folder.slice(0, -'.run'.length) },
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  for (const item of news) appendJournal(folder, item);
  return folder;
}

const started: News = { type: 'started', operation: 'embed', pid: 1 };
const save = (folder: string): void => writeFileSync(join(folder, 'state.json'), '{}');
const hasReason = (reason: string) => (error: unknown) =>
  error instanceof UserError && error.reason === reason;

describe('the state of a run', () => {
  it('follows from the last start in the journal and the lock', async () => {
    const ends = ['paused', 'cancelled', 'failed', 'done', 'interrupted'] as const;
    for (const status of ends) {
      const folder = await makeRun(`${status}.run`, started, { type: 'ended', status });
      assert.equal((await readRun(folder)).status, status);
    }
    const killed = await makeRun('killed.run', started, { type: 'ended', status: 'paused' }, started);
    assert.equal((await readRun(killed)).status, 'interrupted');
    acquireLock(killed);
    assert.equal((await readRun(killed)).status, 'running');
  });

  it('is found in the folder and two levels below, not in node_modules, behind links or deeper', async () => {
    await makeRun('a.run');
    await makeRun('x/b.run');
    await makeRun('x/y/c.run');
    await makeRun('x/y/z/d.run');
    await makeRun('node_modules/e.run');
    mkdirSync(join(root, 'foreign.run'));
    mkdirSync(join(root, 'broken.run'));
    writeFileSync(join(root, 'broken.run', 'job.json'), '{');
    symlinkSync(join(root, 'x/y/z'), join(root, 'link'));
    const { runs, unreadable } = await findRuns(root);
    assert.deepEqual(
      runs.map(({ folder }) => folder.slice(root.length + 1)),
      ['a.run', 'x/b.run', 'x/y/c.run'],
    );
    assert.deepEqual(unreadable, [join(root, 'broken.run')]);
  });

  it('can be steered only while it runs', async () => {
    const folder = await makeRun('a.run', started, { type: 'ended', status: 'paused' });
    await assert.rejects(requestControl(folder, 'pause'), hasReason('not-running'));
    assert.ok(!existsSync(join(folder, 'control.json')));
  });
});

describe('discarding a run', () => {
  it('removes its folder', async () => {
    const folder = await makeRun('a.run', started, { type: 'ended', status: 'paused' });
    save(folder);
    await discardRun(folder);
    assert.ok(!existsSync(folder));
  });

  it('is refused while a process works in it', async () => {
    const folder = await makeRun('a.run', started);
    acquireLock(folder);
    await assert.rejects(discardRun(folder), hasReason('already-running'));
    releaseLock(folder);
    assert.ok(existsSync(join(folder, 'job.json')));
  });

  it('is refused for every folder that is not the folder of a run', async () => {
    const foreign = join(root, 'photos');
    mkdirSync(foreign);
    const otherTool = join(root, 'other.run');
    mkdirSync(otherTool);
    writeFileSync(join(otherTool, 'job.json'), '{"name":"nightly"}');
    const link = join(root, 'link.run');
    symlinkSync(await makeRun('a.run'), link);
    for (const folder of [foreign, otherTool, link, join(root, 'missing')])
      await assert.rejects(discardRun(folder), hasReason('not-a-run-folder'));
    assert.ok(existsSync(otherTool) && existsSync(link));
  });

  it('is automatic only where nothing would be lost', async () => {
    const failed: News = { type: 'ended', status: 'failed' };
    const useless = await makeRun('useless.run', started, failed);
    const saved = await makeRun('saved.run', started, failed);
    save(saved);
    const logged = await makeRun('logged.run', started, failed);
    writeFileSync(join(logged, 'error.log'), 'stack');
    const done = await makeRun('done.run', started, { type: 'ended', status: 'done' });
    for (const folder of [useless, saved, logged, done]) await removeUselessRun(folder);
    assert.deepEqual([useless, saved, logged, done].map(existsSync), [false, true, true, true]);
  });
});

describe('starting where a run was before', () => {
  const prepare = (runFolder: string, resume: boolean, asked: object = request) =>
    prepareRun({
      runFolder,
      operation: 'embed',
      request: { ...asked, out: join(root, 'OUT'), resume },
      output: join(root, 'OUT'),
      resume,
    });
  const paused: News[] = [started, { type: 'ended', status: 'paused' }];
  const done: News[] = [
    started,
    { type: 'result', result: { digest: 'd' } },
    { type: 'ended', status: 'done' },
  ];

  it('is a fresh start where there was none, with or without --resume', async () => {
    for (const resume of [false, true])
      assert.deepEqual(await prepare(join(root, 'OUT.run'), resume), { mode: 'fresh' });
  });

  it('is a fresh start where nothing was saved, and clears the leftovers', async () => {
    for (const resume of [false, true]) {
      const folder = await makeRun('OUT.run', started);
      assert.deepEqual(await prepare(folder, resume), { mode: 'fresh' });
      assert.ok(!existsSync(folder));
    }
  });

  it('continues from a saved state with --resume, on any device and in any memory', async () => {
    const folder = await makeRun('OUT.run', ...paused);
    save(folder);
    for (const change of [{ device: 'webgpu' }, { precision: 'half' }, { memoryBytes: 4e9 }])
      assert.deepEqual(await prepare(folder, true, { ...request, ...change }), { mode: 'resume' });
  });

  it('is refused without --resume where there is a saved state', async () => {
    const folder = await makeRun('OUT.run', ...paused);
    save(folder);
    await assert.rejects(prepare(folder, false), hasReason('run-exists'));
    assert.ok(existsSync(join(folder, 'state.json')));
  });

  it('is refused when the run was another one', async () => {
    const folder = await makeRun('OUT.run', ...paused);
    save(folder);
    for (const change of [{ model: '/n' }, { keys: '/l' }, { recipe: '/r' }])
      await assert.rejects(prepare(folder, true, { ...request, ...change }), hasReason('other-run'));
  });

  it('gives the recorded result of a finished run with --resume, and refuses without', async () => {
    const folder = await makeRun('OUT.run', ...done);
    mkdirSync(join(root, 'OUT'));
    assert.deepEqual(await prepare(folder, true), { mode: 'finished', result: { digest: 'd' } });
    await assert.rejects(prepare(folder, false), hasReason('output-exists'));
  });

  it('starts over when the output of a finished run is gone', async () => {
    const folder = await makeRun('OUT.run', ...done);
    save(folder);
    assert.deepEqual(await prepare(folder, false), { mode: 'fresh' });
  });

  it('is refused beside a live run and in a folder that is no run folder', async () => {
    const folder = await makeRun('OUT.run', started);
    acquireLock(folder);
    await assert.rejects(prepare(folder, true), hasReason('already-running'));
    const foreign = join(root, 'foreign.run');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'diary.txt'), 'dear diary');
    await assert.rejects(prepare(foreign, true), hasReason('not-a-run-folder'));
    assert.ok(existsSync(join(foreign, 'diary.txt')));
  });
});
