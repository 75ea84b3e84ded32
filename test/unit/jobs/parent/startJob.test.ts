import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { Cancelled, UserError } from '../../../../src/common/errors';
import type { RunEvent } from '../../../../src/contract/events';
import { findLiveOwner } from '../../../../src/jobs/runFolder/lock';
import { readJournal } from '../../../../src/jobs/runFolder/journal';
import { readRun, requestControl } from '../../../../src/jobs/runs';
import { openWorkshop, type Workshop } from '../workshop';
import { waitUntil } from '../../../harness/waitUntil';

let workshop: Workshop;
before(() => {
  workshop = openWorkshop();
});
after(() => workshop.remove());

const isRunning = async (folder: string): Promise<boolean> =>
  findLiveOwner(folder) !== undefined && (await readRun(folder)).lastProgress?.phase === 'training';

const isSaved = (folder: string): boolean => existsSync(join(folder, 'state.json'));

const failure = async (work: Promise<unknown>): Promise<UserError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UserError, `expected a UserError, got ${String(error)}`);
  return error;
};

describe('a job in a child process', () => {
  it('gives its result, reports its progress and leaves both in the journal', async () => {
    const folder = workshop.nextRunFolder();
    const seen: RunEvent[] = [];
    const result = await workshop.start('quick', folder, { onEvent: (event) => seen.push(event) });
    assert.equal(z.looseObject({ digest: z.string() }).parse(result).digest, 'd1');
    assert.deepEqual(seen[1], { type: 'note', text: 'The fake device is used.' });
    const types = (await readJournal(folder)).map(({ type }) => type);
    assert.deepEqual(types, ['started', 'phase', 'note', 'result', 'ended']);
    const run = await readRun(folder);
    assert.equal(run.status, 'done');
    assert.deepEqual(run.result, result);
    assert.equal(findLiveOwner(folder), undefined);
  });

  it("returns the operation's error with its reason, sentence and next step", async () => {
    const folder = workshop.nextRunFolder();
    const error = await failure(workshop.start('refuse', folder));
    assert.deepEqual(
      [error.reason, error.message, error.next],
      ['unsupported-family', 'The family "dodo" is not supported.', 'Use another model.'],
    );
    assert.equal((await readRun(folder)).status, 'failed');
  });

  for (const recipe of ['stumble', 'strayError'])
    it(`writes an unexpected error to a log and says where (${recipe})`, async () => {
      const folder = workshop.nextRunFolder();
      const error = await failure(workshop.start(recipe, folder));
      assert.equal(error.reason, 'unexpected');
      assert.ok(error.message.includes(join(folder, 'error.log')));
      assert.ok(!error.message.includes('TypeError'));
      assert.match(readFileSync(join(folder, 'error.log'), 'utf8'), /TypeError[^]*\n {4}at /);
    });

  it('is refused beside a live run in the same folder', async () => {
    const folder = workshop.nextRunFolder();
    const both = [workshop.start('endless', folder), workshop.start('endless', folder)];
    const error = await failure(Promise.all(both));
    assert.equal(error.reason, 'already-running');
    await waitUntil(() => isRunning(folder));
    await requestControl(folder, 'stop');
    assert.equal((await Promise.allSettled(both)).filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('is refused where there is no folder to write into', async () => {
    const error = await failure(workshop.start('quick', join(workshop.folder, 'no', 'such.run')));
    assert.equal(error.reason, 'no-such-folder');
    assert.ok(!existsSync(join(workshop.folder, 'no')));
  });

  it('keeps its secrets out of files, arguments and environment', async () => {
    const folder = workshop.nextRunFolder();
    const passphrase = 'heron-quartz-4711';
    process.env.FINGERPRINT_PASSPHRASE = passphrase;
    const result = workshop.start('endless', folder, { secrets: { passphrase } });
    try {
      await waitUntil(() => isRunning(folder));
      const pid = findLiveOwner(folder)!.pid;
      if (process.platform === 'linux')
        for (const file of ['cmdline', 'environ'])
          assert.ok(!readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(passphrase), file);
      await requestControl(folder, 'stop');
      assert.equal(
        z.looseObject({ secretLength: z.number() }).parse(await result).secretLength,
        passphrase.length,
      );
    } finally {
      delete process.env.FINGERPRINT_PASSPHRASE;
    }
    for (const file of readdirSync(folder))
      assert.ok(!readFileSync(join(folder, file), 'latin1').includes(passphrase), file);
  });
});

describe('ending a job early', () => {
  for (const recipe of ['endless', 'blocking']) {
    it(`pauses at a request in the run folder, saving (${recipe})`, async () => {
      const folder = workshop.nextRunFolder();
      const error = failure(workshop.start(recipe, folder));
      await waitUntil(() => isRunning(folder));
      await requestControl(folder, 'pause');
      assert.equal((await error).reason, 'paused');
      assert.equal((await readRun(folder)).status, 'paused');
      assert.ok(isSaved(folder));
      assert.ok((await readJournal(folder)).some(({ type }) => type === 'saved'));
    });

    it(`stops with a result at a request in the run folder (${recipe})`, async () => {
      const folder = workshop.nextRunFolder();
      const result = workshop.start(recipe, folder);
      await waitUntil(() => isRunning(folder));
      await requestControl(folder, 'stop');
      await result;
      assert.equal((await readRun(folder)).status, 'done');
    });

    it(`cancels when the caller's signal is aborted, saving (${recipe})`, async () => {
      const folder = workshop.nextRunFolder();
      const controller = new AbortController();
      const result = workshop.start(recipe, folder, { signal: controller.signal });
      const rejected = assert.rejects(result, Cancelled);
      await waitUntil(() => isRunning(folder));
      controller.abort();
      await rejected;
      assert.equal((await readRun(folder)).status, 'cancelled');
      assert.ok(isSaved(folder));
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`saves at ${signal}`, async () => {
      const folder = workshop.nextRunFolder();
      const rejected = assert.rejects(workshop.start('endless', folder), Cancelled);
      await waitUntil(() => isRunning(folder));
      process.kill(findLiveOwner(folder)!.pid, signal);
      await rejected;
      assert.equal((await readRun(folder)).status, 'cancelled');
      assert.ok(isSaved(folder));
    });

  it('does not wait for unresponsive work after a second SIGINT', async () => {
    const folder = workshop.nextRunFolder();
    const error = failure(workshop.start('deaf', folder));
    await waitUntil(() => findLiveOwner(folder) !== undefined);
    const pid = findLiveOwner(folder)!.pid;
    const timer = setInterval(() => process.kill(pid, 'SIGINT'), 200);
    await error.finally(() => clearInterval(timer));
    assert.equal((await readRun(folder)).status, 'interrupted');
    assert.equal(existsSync(join(folder, 'lock.json')), false);
  });

  it('kills a child that neither saves nor ends', async () => {
    const folder = workshop.nextRunFolder();
    const controller = new AbortController();
    const rejected = assert.rejects(
      workshop.start('deaf', folder, {
        signal: controller.signal,
        patience: { cancelMs: 50, terminateMs: 50 },
        onEvent: (event) => {
          if (event.type === 'phase' && event.phase === 'comparing') controller.abort();
        },
      }),
      Cancelled,
    );
    await rejected;
    assert.equal((await readRun(folder)).status, 'interrupted');
  });

  it('kills a child that is caught in a loop, soon after it does not answer', async () => {
    const folder = workshop.nextRunFolder();
    const controller = new AbortController();
    await assert.rejects(
      workshop.start('caught', folder, {
        signal: controller.signal,
        patience: { answerMs: 300, cancelMs: 600_000, terminateMs: 600_000 },
        onEvent: () => controller.abort(),
      }),
      Cancelled,
    );
    assert.equal((await readRun(folder)).status, 'interrupted');
  });

  it('forgets a request that was meant for an earlier process', async () => {
    const folder = workshop.nextRunFolder();
    const error = failure(workshop.start('endless', folder));
    await waitUntil(() => isRunning(folder));
    await requestControl(folder, 'pause');
    await error;
    await workshop.start('quick', folder);
    assert.equal((await readRun(folder)).status, 'done');
  });
});

describe('the death of a child', () => {
  it('by SIGKILL is explained as lack of memory, with the next step', async () => {
    const folder = workshop.nextRunFolder();
    const error = await failure(workshop.start('outOfMemory', folder));
    assert.equal(error.reason, 'child-killed');
    assert.match(error.message, /memory/);
    assert.match(error.next, /--resume/);
    assert.equal((await readRun(folder)).status, 'interrupted');
  });

  it('by a crash is explained with the signal', async () => {
    const error = await failure(workshop.start('crash', workshop.nextRunFolder()));
    assert.equal(error.reason, 'child-crashed');
    assert.match(error.message, /SIGABRT/);
  });

  it('by an exit is explained with the code and its last words, without stack frames', async () => {
    const folder = workshop.nextRunFolder();
    const error = await failure(workshop.start('leave', folder));
    assert.match(error.message, /exit code 7.*"the driver is missing"/);
    assert.match(readFileSync(join(folder, 'error.log'), 'utf8'), /file\.js:1:1/);
  });
});
