import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSpoken, kindOf } from '../../../src/contract/keyKinds';
import { countKinds, dealKinds } from '../../../src/fingerprint/dealKinds';

const seed = new Uint8Array(32).fill(3);

describe('kinds of keys', () => {
  it('are dealt out by the seed, in the counts asked for', () => {
    const counts = { loud: 40, soft: 16, quiet: 8 };
    const kinds = dealKinds(seed, counts);
    assert.deepEqual(countKinds(kinds.map((kind) => ({ kind }))), counts);
    assert.deepEqual(dealKinds(seed, counts), kinds);
    assert.notDeepEqual(dealKinds(new Uint8Array(32), counts), kinds);
    assert.ok(
      kinds.slice(0, 40).some((kind) => kind !== 'loud'),
      'they are shuffled',
    );
  });

  it('are loud in sets of earlier versions, and only quiet ones are never said', () => {
    assert.equal(kindOf({}), 'loud');
    assert.deepEqual(
      [undefined, 'loud', 'soft', 'quiet'].map((kind) => isSpoken({ kind: kind as never })),
      [true, true, true, false],
    );
  });
});
