import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDate, formatDay } from '../../../src/words/dates';

describe('dates as words', () => {
  it('are written in UTC', () => {
    assert.equal(formatDate('2026-11-22T14:02:31Z'), '22 Nov 2026, 14:02 UTC');
    assert.equal(formatDay('2026-11-22T23:59:31Z'), '22 Nov 2026');
  });

  it('are unknown where a file of somebody else holds no date', () => {
    assert.deepEqual([formatDate('soon'), formatDay('')], ['unknown date', 'unknown date']);
  });
});
