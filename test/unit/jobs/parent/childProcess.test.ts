import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it, mock } from 'node:test';
import { endOnAbort, patienceWith } from '../../../../src/jobs/parent/childProcess';

describe('a child that is asked to save and end', () => {
  let runFolder: string;
  let child: EventEmitter & { kill: (signal: string) => boolean };
  let signals: string[];
  before(async () => {
    runFolder = await mkdtemp(join(tmpdir(), 'child-'));
    mock.timers.enable({ apis: ['setTimeout'] });
  });
  after(async () => {
    mock.timers.reset();
    // The request may still be on its way into the folder.
    await rm(runFolder, { recursive: true, maxRetries: 10 });
  });
  beforeEach(() => {
    signals = [];
    child = Object.assign(new EventEmitter(), { kill: (signal: string) => signals.push(signal) > 0 });
  });

  const ask = (operation = 'verify'): (() => void) => {
    const controller = new AbortController();
    const stop = endOnAbort(child as unknown as ChildProcess, {
      runFolder,
      signal: controller.signal,
      patience: patienceWith(operation),
    });
    controller.abort();
    return stop;
  };

  it('is killed when it does not answer within five seconds', () => {
    const stop = ask();
    mock.timers.tick(4999);
    assert.deepEqual(signals, []);
    mock.timers.tick(1);
    assert.deepEqual(signals, ['SIGKILL']);
    stop();
  });

  it('has a minute to answer where it saves on the way: a step of a large model is one long call', () => {
    const stop = ask('embed');
    mock.timers.tick(59_999);
    assert.deepEqual(signals, []);
    mock.timers.tick(1);
    assert.deepEqual(signals, ['SIGKILL']);
    stop();
  });

  it('has two minutes to save when it answers, before stronger signals follow', () => {
    const stop = ask();
    child.emit('message', { type: 'ending' });
    mock.timers.tick(119_999);
    assert.deepEqual(signals, []);
    mock.timers.tick(1);
    assert.deepEqual(signals, ['SIGTERM']);
    mock.timers.tick(10_000);
    assert.deepEqual(signals, ['SIGTERM', 'SIGKILL']);
    stop();
  });
});
