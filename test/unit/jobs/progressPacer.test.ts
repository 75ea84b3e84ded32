import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { Progress } from '../../../src/common/progress';
import { dropUnspeakable, ProgressPacer } from '../../../src/jobs/progressPacer';

describe('pacing of progress', () => {
  let passed: Progress[];
  let pacer: ProgressPacer;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    passed = [];
    pacer = new ProgressPacer(250, (progress) => passed.push(progress));
  });
  afterEach(() => mock.timers.reset());

  it('passes at most four a second on, the newest of each interval and the last of all', () => {
    for (let done = 0; done < 100; done++) {
      pacer.push({ phase: 'training', done });
      mock.timers.tick(10);
    }
    mock.timers.tick(1000);
    assert.deepEqual(
      passed.map(({ done }) => done),
      [0, 24, 49, 74, 99],
    );
  });

  it('keeps a value that only one of several held-back reports carries', () => {
    pacer.push({ phase: 'training', done: 1 });
    pacer.push({ phase: 'training', done: 2, recall: 0.5 });
    pacer.push({ phase: 'training', done: 3 });
    pacer.flush();
    assert.deepEqual(passed[1], { phase: 'training', done: 3, recall: 0.5 });
  });

  it('never holds a note back', () => {
    pacer.push({ phase: 'reading' });
    pacer.push({ phase: 'reading', note: 'The CPU is used.' });
    assert.equal(passed[1]?.note, 'The CPU is used.');
  });

  it('never merges one check with another', () => {
    for (const checkedStep of [27, 54]) {
      pacer.push({ phase: 'training', done: checkedStep, checkedStep, recall: checkedStep / 54 });
      pacer.push({ phase: 'training', done: checkedStep + 1 });
    }
    pacer.flush();
    assert.deepEqual(
      passed.map(({ done, checkedStep }) => [done, checkedStep]),
      [
        [27, 27],
        [54, 54],
        [55, undefined],
      ],
    );
  });

  it('works while the event loop is blocked and no timer fires', () => {
    pacer.push({ phase: 'training', done: 1 });
    pacer.push({ phase: 'training', done: 2 });
    mock.timers.setTime(1_000_300);
    passed.length = 0;
    pacer.push({ phase: 'training', done: 3 });
    assert.equal(passed.at(-1)?.done, 3);
  });

  it('leaves out numbers that JSON cannot carry', () => {
    assert.deepEqual(dropUnspeakable({ phase: 'training', loss: NaN, recall: 1 }), {
      phase: 'training',
      recall: 1,
    });
  });
});
