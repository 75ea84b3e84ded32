import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  binomialTailLog10,
  chancesTailLog10,
  logLawOfHits,
  wilsonInterval,
} from '../../../src/verify/binomial';

/** C(n, k) in whole numbers. */
function choose(n: bigint, k: bigint): bigint {
  let result = 1n;
  for (let i = 1n; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

/** log10 of a ratio of whole numbers of any size. */
function log10Ratio(a: bigint, b: bigint): number {
  const log10 = (x: bigint) => {
    const digits = x.toString();
    return Math.log10(Number(`0.${digits.slice(0, 17)}`)) + digits.length;
  };
  return log10(a) - log10(b);
}

describe('binomial tail', () => {
  it('agrees with the table of the field reference (10.2)', () => {
    const table: [number, number, number, string][] = [
      [5, 5, 1 / 3, '4.1e-3'],
      [5, 5, 0.042, '1.3e-7'],
      [10, 10, 1 / 3, '1.7e-5'],
      [10, 5, 1 / 3, '2.1e-1'],
      [10, 5, 0.042, '2.8e-5'],
      [10, 5, 0.014, '1.3e-7'],
      [32, 16, 1 / 3, '3.8e-2'],
      [64, 16, 1 / 3, '9.4e-1'],
      [64, 16, 0.042, '6.7e-9'],
      [100, 20, 0.042, '6.1e-9'],
    ];
    for (const [n, hits, q, expected] of table)
      assert.equal((10 ** binomialTailLog10(hits, n, q)).toExponential(1), expected, `n ${n}, m ${hits}`);
  });

  it('finds the smallest number of hits below 1e-6 of the field reference', () => {
    for (const [n, q, needed] of [
      [16, 0.1, 10],
      [32, 0.1, 14],
      [64, 0.1, 21],
      [128, 0.1, 32],
      [64, 1 / 3, 41],
    ] as const) {
      assert.ok(binomialTailLog10(needed, n, q) < -6);
      assert.ok(binomialTailLog10(needed - 1, n, q) >= -6);
    }
  });

  it('agrees with whole-number arithmetic for 400 keys far below the smallest float64', () => {
    for (const hits of [1, 40, 200, 390, 400]) {
      let ways = 0n;
      for (let j = BigInt(hits); j <= 400n; j++) ways += choose(400n, j) * 9n ** (400n - j);
      const expected = log10Ratio(ways, 10n ** 400n);
      assert.ok(Math.abs(binomialTailLog10(hits, 400, 0.1) - expected) < 1e-9 * Math.max(1, -expected));
    }
  });

  it('takes every key with its own chance', () => {
    const chances = [0.5, 0.25, 0.1];
    const two = 0.5 * 0.25 * 0.9 + 0.5 * 0.75 * 0.1 + 0.5 * 0.25 * 0.1 + 0.5 * 0.25 * 0.1;
    assert.ok(Math.abs(chancesTailLog10(2, chances) - Math.log10(two)) < 1e-12);
    assert.equal(chancesTailLog10(0, chances), 0);
    assert.ok(Math.abs(chancesTailLog10(3, chances) - Math.log10(0.0125)) < 1e-12);
  });

  it('gives the whole law, whose sums are the tails', () => {
    for (const chances of [[0.5, 0.25, 0.1], new Array<number>(64).fill(0.1), [1, 1], [1, 0.5], []]) {
      const law = logLawOfHits(chances).map(Math.exp);
      assert.equal(law.length, chances.length + 1);
      const sumFrom = (hits: number) => law.subarray(hits).reduce((sum, p) => sum + p, 0);
      assert.ok(Math.abs(sumFrom(0) - 1) < 1e-12);
      if (!chances.includes(1))
        for (const hits of chances.keys())
          assert.ok(Math.abs(Math.log10(sumFrom(hits)) - chancesTailLog10(hits, chances)) < 1e-9);
    }
  });
});

describe('Wilson interval', () => {
  it('agrees with published values', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    for (const [hits, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(hits, n);
      assert.equal(interval.low.toFixed(4), low.toFixed(4));
      assert.equal(interval.high.toFixed(4), high.toFixed(4));
    }
  });

  it('is the whole range when nothing was asked', () => {
    assert.deepEqual(wilsonInterval(0, 0), { low: 0, high: 1 });
  });
});
