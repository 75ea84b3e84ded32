import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { RunEvent } from '../../../../src/contract/events';
import { EventPacer, dropNonFinite } from '../../../../src/jobs/child/eventPacer';

describe('pacing of events', () => {
  let passed: RunEvent[];
  let pacer: EventPacer;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    passed = [];
    pacer = new EventPacer(250, (event) => passed.push(event));
  });
  afterEach(() => mock.timers.reset());

  const stepsPassed = (): (number | undefined)[] =>
    passed.map((event) => (event.type === 'step' ? event.done : undefined));

  it('passes at most four a second on, the newest of each interval and the last of all', () => {
    for (let done = 0; done < 100; done++) {
      pacer.push({ type: 'step', done });
      mock.timers.tick(10);
    }
    mock.timers.tick(1000);
    assert.deepEqual(stepsPassed(), [0, 24, 49, 74, 99]);
  });

  it('keeps a value that only one of several held-back events carries', () => {
    pacer.push({ type: 'step', done: 1 });
    pacer.push({ type: 'step', done: 2, recall: 0.5 });
    pacer.push({ type: 'step', done: 3 });
    pacer.flush();
    assert.deepEqual(passed[1], { type: 'step', done: 3, recall: 0.5 });
  });

  it('never holds a note back, nor anything before it', () => {
    pacer.push({ type: 'phase', phase: 'comparing', done: 1 });
    pacer.push({ type: 'phase', phase: 'comparing', done: 2 });
    pacer.push({ type: 'note', text: 'The CPU is used.' });
    assert.deepEqual(passed.slice(1), [
      { type: 'phase', phase: 'comparing', done: 2 },
      { type: 'note', text: 'The CPU is used.' },
    ]);
  });

  it('passes every check on', () => {
    for (const step of [27, 54]) {
      pacer.push({ type: 'check', step, recall: step / 54 });
      pacer.push({ type: 'step', done: step + 1 });
    }
    pacer.flush();
    assert.deepEqual(
      passed.map(({ type }) => type),
      ['check', 'step', 'check', 'step'],
    );
  });

  it('works while the event loop is blocked and no timer fires', () => {
    pacer.push({ type: 'step', done: 1 });
    pacer.push({ type: 'step', done: 2 });
    mock.timers.setTime(1_000_300);
    passed.length = 0;
    pacer.push({ type: 'step', done: 3 });
    assert.equal(stepsPassed().at(-1), 3);
  });

  it('drops numbers that JSON cannot hold', () => {
    assert.deepEqual(dropNonFinite({ type: 'step', loss: NaN, recall: 1 }), { type: 'step', recall: 1 });
  });
});
