import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  countValues,
  estimateStateBytes,
  estimateTrainedBytes,
  estimateWeightBytes,
  formatBytes,
} from '../../../src/engine/estimate';

describe('the first estimate of memory', () => {
  it('counts weights in float32, trained values five times, and two states a token', () => {
    const parameters = [{ shape: [2, 3] }, { shape: [5] }];
    assert.equal(countValues(parameters), 11);
    assert.equal(estimateWeightBytes(parameters), 44);
    assert.equal(estimateTrainedBytes(11), 220);
    assert.equal(estimateStateBytes(10, 128), 10_240);
  });

  it('is shown in readable units', () => {
    const told = [0, 999, 1000, 9_940, 9_960, 999_499, 999_500, 14_100_000_000].map(formatBytes);
    assert.deepEqual(told, [
      '0 bytes',
      '999 bytes',
      '1.0 KB',
      '9.9 KB',
      '10 KB',
      '999 KB',
      '1.0 MB',
      '14 GB',
    ]);
  });
});
