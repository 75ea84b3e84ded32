import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import {
  countPairs,
  mcnemarLog10P,
  pairedInterval,
  smallestDifference,
  type Pairs,
} from '../../../../src/drift/tasks/pairedTest';

const pairs = (both: number, onlyBase: number, onlyOther: number, neither: number): Pairs => ({
  both,
  onlyBase,
  onlyOther,
  neither,
});

describe('two models on the same items', () => {
  it('are counted by who was right', () => {
    assert.deepEqual(
      countPairs([true, true, true, false, false], [true, false, false, true, false]),
      pairs(1, 2, 1, 1),
    );
  });

  it('have the exact two-sided p-value of McNemar’s test', () => {
    const p = (onlyBase: number, onlyOther: number): number =>
      10 ** mcnemarLog10P(pairs(9, onlyBase, onlyOther, 9));
    // 2 · (1 + 10 + 45) / 2^10, 2 / 2^6, and equal counts.
    assert.ok(Math.abs(p(2, 8) - 112 / 1024) < 1e-12);
    assert.ok(Math.abs(p(8, 2) - 112 / 1024) < 1e-12);
    assert.ok(Math.abs(p(0, 6) - 2 / 64) < 1e-12);
    assert.equal(p(5, 5), 1);
    assert.equal(p(0, 0), 1);
  });

  it('have an interval of their difference that turns around with them and holds it', () => {
    const one = pairedInterval(pairs(20, 2, 12, 16));
    const other = pairedInterval(pairs(20, 12, 2, 16));
    assert.ok(Math.abs(one.low + other.high) < 1e-12 && Math.abs(one.high + other.low) < 1e-12);
    assert.ok(one.low > 0.05 && one.low < 0.2 && one.high > 0.2 && one.high < 0.35, JSON.stringify(one));
    const none = pairedInterval(pairs(50, 0, 0, 0));
    assert.ok(none.low < 0 && none.low === -none.high);
  });

  it('have an interval that holds the true difference about 95 times in 100', () => {
    const random = new RandomStream(new Uint8Array(32).fill(1));
    const shares = { both: 0.45, onlyBase: 0.1, onlyOther: 0.05 };
    const trials = 2000;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const counts = { both: 0, onlyBase: 0, onlyOther: 0, neither: 0 };
      for (let item = 0; item < 100; item++) {
        const place = random.nextFloat();
        if (place < shares.both) counts.both++;
        else if (place < shares.both + shares.onlyBase) counts.onlyBase++;
        else if (place < shares.both + shares.onlyBase + shares.onlyOther) counts.onlyOther++;
        else counts.neither++;
      }
      const { low, high } = pairedInterval(counts);
      if (low <= -0.05 && high >= -0.05) held++;
    }
    assert.ok(held / trials > 0.935 && held / trials < 0.98, String(held / trials));
  });

  it('say the smallest difference that would have been significant', () => {
    // Six of six on one side; of 20 that differ, 15 to 5.
    assert.equal(smallestDifference(200, 0), 6 / 200);
    assert.equal(smallestDifference(200, 20), 10 / 200);
    assert.equal(smallestDifference(5, 5), undefined);
    for (const differing of [6, 7, 30, 81]) {
      const least = Math.round(smallestDifference(200, differing)! * 200);
      const p = (net: number): number =>
        10 ** mcnemarLog10P(pairs(0, (differing - net) / 2, (differing + net) / 2, 0));
      assert.ok(p(least) <= 0.05 && (least < 3 || p(least - 2) > 0.05), String(differing));
    }
  });
});
