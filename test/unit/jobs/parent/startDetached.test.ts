import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { UserError } from '../../../../src/common/errors';
import { cancelRun } from '../../../../src/jobs/cancelRun';
import { errorLogPath, readJob } from '../../../../src/jobs/runFolder/jobFile';
import { findLiveOwner } from '../../../../src/jobs/runFolder/lock';
import { recordDeath } from '../../../../src/jobs/recordEnd';
import { readRun, requestControl } from '../../../../src/jobs/runs';
import { startDetached, type DetachedChild } from '../../../../src/jobs/parent/startDetached';
import { openWorkshop, type Workshop } from '../workshop';
import { waitUntil } from '../../../harness/waitUntil';

let workshop: Workshop;
/** A detached child does not keep its parent alive, so the test does. */
let heartbeat: NodeJS.Timeout;
before(() => {
  workshop = openWorkshop();
  heartbeat = setInterval(() => undefined, 1000);
});
after(() => {
  clearInterval(heartbeat);
  workshop.remove();
});

const start = (recipe: string, runFolder: string): Promise<DetachedChild> =>
  startDetached({
    runFolder,
    operation: 'embed',
    request: { model: 'm', recipe },
    secrets: { passphrase: 'heron-quartz-4711' },
    runnerPath: workshop.runnerPath,
    threads: 1,
    retry: 'resume it.',
  });

const isTraining = async (folder: string): Promise<boolean> =>
  (await readRun(folder)).lastProgress?.phase === 'training';

describe('a detached run', () => {
  it('works on after detaching, obeys requests and leaves its result', async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('endless', folder);
    await waitUntil(() => isTraining(folder));
    assert.equal((await readJob(folder)).detached, true);
    assert.equal((await readJob(folder)).threads, 1);
    await requestControl(folder, 'stop');
    assert.equal((await child.ended).code, 0);
    const { status, result } = await readRun(folder);
    assert.equal(status, 'done');
    assert.equal((result as { secretLength: number }).secretLength, 'heron-quartz-4711'.length);
    assert.equal(existsSync(errorLogPath(folder)), false);
  });

  it('that is paused leaves no error log either', async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('endless', folder);
    await waitUntil(() => isTraining(folder));
    await requestControl(folder, 'pause');
    await child.ended;
    assert.equal((await readRun(folder)).status, 'paused');
    assert.equal(existsSync(errorLogPath(folder)), false);
  });

  it('does not start in a folder that belongs to a live run', async () => {
    const folder = workshop.nextRunFolder();
    const first = await start('endless', folder);
    await assert.rejects(start('endless', folder), { reason: 'already-running' });
    await cancelRun(folder);
    await first.ended;
  });

  it('does not start when its process cannot begin', async () => {
    const folder = workshop.nextRunFolder();
    const starting = startDetached({
      runFolder: folder,
      operation: 'embed',
      request: {},
      secrets: {},
      runnerPath: `${workshop.runnerPath}.missing`,
      threads: 1,
      retry: 'start it again.',
    });
    await assert.rejects(starting, { reason: 'child-crashed', message: /Cannot find module/ });
  });

  if (process.platform === 'linux')
    it('runs at lowered priority', async () => {
      const folder = workshop.nextRunFolder();
      const child = await start('endless', folder);
      await waitUntil(() => isTraining(folder));
      const stat = readFileSync(`/proc/${findLiveOwner(folder)!.pid}/stat`, 'latin1');
      const nice = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
      assert.ok(nice > 0, `nice is ${nice}`);
      await cancelRun(folder);
      await child.ended;
    });
});

describe('the death of a detached run', () => {
  it('is recorded with its cause and a next step', async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('outOfMemory', folder);
    await recordDeath(folder, await child.ended, 'resume it.');
    const { status, failure } = await readRun(folder);
    assert.equal(status, 'failed');
    assert.equal(failure?.reason, 'child-killed');
    assert.match(failure.next, /resume it\.$/);
  });

  it('quotes its last words', async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('leave', folder);
    await recordDeath(folder, await child.ended, 'resume it.');
    assert.match((await readRun(folder)).failure?.message ?? '', /exit code 7.*the driver is missing/);
  });

  it("does not overwrite the run's own record of its end", async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('refuse', folder);
    await recordDeath(folder, await child.ended, 'resume it.');
    assert.equal((await readRun(folder)).failure?.reason, 'unsupported-family');
  });
});

describe('cancelling a detached run', () => {
  it('lets it save and end', async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('endless', folder);
    await waitUntil(() => isTraining(folder));
    await cancelRun(folder);
    await child.ended;
    const run = await readRun(folder);
    assert.deepEqual([run.status, run.isSaved], ['cancelled', true]);
  });

  it('ends a run that does not respond', async () => {
    const folder = workshop.nextRunFolder();
    const child = await start('deaf', folder);
    await waitUntil(async () => (await readRun(folder)).lastProgress?.phase === 'comparing');
    await cancelRun(folder, { cancelMs: 200, terminateMs: 200 });
    assert.equal((await child.ended).signal, 'SIGKILL');
    assert.equal((await readRun(folder)).status, 'cancelled');
    assert.equal(findLiveOwner(folder), undefined);
  });

  it('changes nothing when the run is gone', async () => {
    const folder = workshop.nextRunFolder();
    await (
      await start('quick', folder)
    ).ended;
    await cancelRun(folder);
    assert.equal((await readRun(folder)).status, 'done');
  });
});

it('a process that cannot be started is a UserError', async () => {
  const folder = `${workshop.folder}/nowhere/x.run`;
  await assert.rejects(start('quick', folder), (error) => error instanceof UserError);
});
