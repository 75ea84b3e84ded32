import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Progress } from '../../../src/contract/events';
import { formatDuration, formatProgress } from '../../../src/cli/progressLine';

const full: Progress = {
  phase: 'training',
  done: 50,
  total: 200,
  loss: 1.23456,
  recall: 0.58,
  drift: 0.01234,
  stepsPerSecond: 12.34,
  secondsLeft: 190,
};

describe('the progress line', () => {
  it('shows everything that is known where there is room', () => {
    assert.equal(
      formatProgress(full, 200),
      '[#####---------------]  25 %  training  loss 1.235  recall 58 %  drift 0.0123  12 steps/s  3 min left',
    );
    assert.equal(formatProgress({ phase: 'opening-model' }, 200), 'opening the model');
  });

  it('never is wider than the terminal, and names the phase as long as it can', () => {
    for (let columns = 0; columns < 110; columns++) {
      const line = formatProgress(full, columns);
      assert.ok(line.length <= columns);
      if (columns >= 'training'.length) assert.ok(line.includes('training'));
    }
  });

  it('never shows more than was done: 99.9 % of the keys are not all of them', () => {
    assert.match(formatProgress({ phase: 'training', recall: 0.999 }, 80), /recall 99 %/);
  });

  it('shows times as people say them', () => {
    assert.deepEqual([0.4, 59, 60, 190, 3599, 4800].map(formatDuration), [
      '0 s',
      '59 s',
      '1 min',
      '3 min',
      '1 h 0 min',
      '1 h 20 min',
    ]);
  });
});
