import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitPowers } from '../../../src/words/powers';

describe('powers in a text', () => {
  it('a power is said in words', () => {
    assert.deepEqual(splitPowers('3.1 × 10⁻⁵⁷'), [
      { text: '3.1 × ' },
      { text: '10⁻⁵⁷', spoken: '10 to the power of minus 57' },
    ]);
  });

  it('every power of a sentence is said, and its other words stay', () => {
    const stretches = splitPowers('1 in 10³² after 2⁸⁰ tries.');
    assert.equal(stretches.map(({ text }) => text).join(''), '1 in 10³² after 2⁸⁰ tries.');
    assert.deepEqual(
      stretches.flatMap(({ spoken }) => spoken ?? []),
      ['10 to the power of 32', '2 to the power of 80'],
    );
  });

  it('a text without a power is one stretch', () => {
    assert.deepEqual(splitPowers('64 of 64'), [{ text: '64 of 64' }]);
    assert.deepEqual(splitPowers(''), [{ text: '' }]);
  });
});
