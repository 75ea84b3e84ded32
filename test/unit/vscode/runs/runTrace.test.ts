import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JournalLine, News } from '../../../../src/jobs/runFolder/journal';
import { traceRun } from '../../../../src/vscode/runs/runTrace';

const startMs = Date.UTC(2026, 10, 22, 14);

/** A journal with one line a second. */
function journal(...news: News[]): JournalLine[] {
  return news.map((line, second) => ({ time: new Date(startMs + 1000 * second).toISOString(), ...line }));
}

const started: News = { type: 'started', operation: 'embed', pid: 42 };
const training = (done: number): News => ({
  type: 'step',
  done,
  total: 54,
  loss: 10 / done,
  kl: done / 1000,
});
const check = (step: number): News[] => [
  { type: 'saved', step },
  training(step),
  { type: 'check', step, loss: 10 / step, recall: step / 54, drift: 0.01 },
];

describe('gathering what a run has written', () => {
  it('finds phases, curves, checks and saves', () => {
    const trace = traceRun(
      journal(
        started,
        { type: 'device', device: 'cpu', precision: 'single', reason: 'CPU, as requested.' },
        { type: 'phase', phase: 'writing-ordinary-text', done: 96, total: 288 },
        training(1),
        training(5),
        ...check(27),
        training(28),
      ),
    );
    assert.deepEqual(
      trace.loss.map(({ step }) => step),
      [1, 5, 27, 28],
    );
    assert.deepEqual(trace.distance.at(-1), { step: 28, value: 0.028 });
    assert.deepEqual(trace.checks, [{ step: 27, loss: 10 / 27, recall: 0.5, drift: 0.01 }]);
    assert.equal(trace.savedStep, 27);
    assert.match(trace.log.map(({ text }) => text).join('\n'), /step 27 {2}check: 50 % of keys/);
  });

  it('goes back to the last save when a run is resumed', () => {
    const trace = traceRun(
      journal(started, ...check(27), training(40), { ...started, pid: 43 }, training(28), ...check(54)),
    );
    assert.deepEqual(
      trace.loss.map(({ step }) => step),
      [27, 28, 54],
    );
    assert.equal(trace.checks.length, 2);
  });

  it('finds the save of a run that was ended between two checks', () => {
    const trace = traceRun(
      journal(started, ...check(27), training(29), { type: 'saved', step: 31 }, training(31), {
        type: 'ended',
        status: 'paused',
      }),
    );
    assert.equal(trace.savedStep, 31);
  });

  it('makes nothing of an empty journal', () => {
    const trace = traceRun([]);
    assert.deepEqual([trace.loss, trace.checks, trace.log, trace.savedStep], [[], [], [], null]);
  });

  it('keeps the memory that was expected and the most that was in use', () => {
    const expected = { type: 'memory', text: 'Memory: about 1.2 GB.', expectedBytes: 1.2e9 } as const;
    const peak = { type: 'memory', text: 'Memory: at most 1.3 GB in use.', peakBytes: 1.3e9 } as const;
    assert.deepEqual(traceRun(journal(started, expected, training(1))).memory, { expectedBytes: 1.2e9 });
    assert.deepEqual(traceRun(journal(started, expected, training(1), peak)).memory, {
      expectedBytes: 1.2e9,
      peakBytes: 1.3e9,
    });
  });
});
