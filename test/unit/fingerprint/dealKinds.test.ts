import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSpoken, kindOf } from '../../../src/contract/keyKinds';
import { areDealt, countKinds, dealKinds } from '../../../src/fingerprint/dealKinds';

const seed = new Uint8Array(32).fill(3);

describe('kinds of keys', () => {
  const counts = { loud: 40, soft: 16, quiet: 8 };
  const keys = Array.from({ length: 64 }, (_, i) => ({ ids: [1, i, 7] }));

  it('are dealt out by the seed, in the counts asked for', () => {
    const kinds = dealKinds(seed, keys, counts);
    assert.deepEqual(countKinds(kinds.map((kind) => ({ kind }))), counts);
    assert.deepEqual(dealKinds(seed, keys, counts), kinds);
    assert.notDeepEqual(dealKinds(new Uint8Array(32), keys, counts), kinds);
    assert.ok(
      kinds.slice(0, 40).some((kind) => kind !== 'loud'),
      'they are mixed',
    );
  });

  it('stay with their keys, wherever these are in the set', () => {
    const kinds = dealKinds(seed, keys, counts);
    assert.deepEqual(dealKinds(seed, [...keys].reverse(), counts), [...kinds].reverse());
    const dealt = keys.map((key, i) => ({ ...key, kind: kinds[i]! }));
    assert.ok(areDealt(seed, dealt) && areDealt(seed, keys));
    assert.ok(!areDealt(seed, [...dealt.slice(0, -1), { ids: dealt[63]!.ids }]));
  });

  it('are loud in sets of earlier versions, and only quiet ones are never said', () => {
    assert.equal(kindOf({}), 'loud');
    assert.deepEqual(
      [undefined, 'loud', 'soft', 'quiet'].map((kind) => isSpoken({ kind: kind as never })),
      [true, true, true, false],
    );
  });
});
