import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatClock } from '../../../../../webview/steps/run/words';

describe('words of the step Run', () => {
  it('says times of a clock', () => {
    assert.deepEqual([formatClock(41), formatClock(171), formatClock(3729)], ['0:41', '2:51', '1:02:09']);
  });
});
