import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSpoken, kindOf } from '../../../src/contract/keyKinds';
import { countKinds, dealKinds, shareOut } from '../../../src/fingerprint/dealKinds';

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

  it('have shares that add up for every size of a set', () => {
    for (let count = 1; count <= 300; count++) {
      const { loud, soft, quiet } = shareOut(count);
      assert.equal(loud + soft + quiet, count);
      assert.ok(loud >= soft && quiet >= 0, `${count}`);
    }
    assert.equal(shareOut(1).loud, 1);
  });

  it('are loud in sets of earlier versions, and only quiet ones are never said', () => {
    assert.equal(kindOf({}), 'loud');
    assert.deepEqual(
      [undefined, 'loud', 'soft', 'quiet'].map((kind) => isSpoken({ kind: kind as never })),
      [true, true, true, false],
    );
  });
});
