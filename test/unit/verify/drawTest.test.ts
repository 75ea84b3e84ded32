import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { binomialTailLog10 } from '../../../src/verify/binomial';
import { rankOfDrawn, runDrawTest } from '../../../src/verify/drawTest';
import { rankSumLog10 } from '../../../src/verify/rankSum';

/** Ways to reach every sum of ranks, in whole numbers. */
function countWays(orders: readonly number[]): bigint[] {
  let ways = [1n];
  for (const k of orders) {
    const next = new Array<bigint>(ways.length + k - 1).fill(0n);
    ways.forEach((count, sum) => {
      for (let rank = 0; rank < k; rank++) next[sum + rank]! += count;
    });
    ways = next;
  }
  return ways;
}

function log10Of(value: bigint): number {
  const digits = value.toString();
  return Math.log10(Number(`0.${digits.slice(0, 17)}`)) + digits.length;
}

function assertExactLaw(orders: readonly number[], step: number): void {
  const ways = countWays(orders);
  const all = log10Of(orders.reduce((product, k) => product * BigInt(k), 1n));
  let below = 0n;
  ways.forEach((count, sum) => {
    below += count;
    if (sum % step !== 0 && sum !== ways.length - 1) return;
    const expected = log10Of(below) - all;
    const difference = Math.abs(rankSumLog10(sum, orders) - expected);
    assert.ok(difference < 1e-9, `sum ${sum}: off by ${difference}`);
  });
}

describe('law of the rank sum', () => {
  it('agrees with counting every outcome of a few keys', () => {
    const orders = [3, 4, 2];
    for (let limit = 0; limit <= 6; limit++) {
      let within = 0;
      for (let a = 0; a < 3; a++)
        for (let b = 0; b < 4; b++) for (let c = 0; c < 2; c++) if (a + b + c <= limit) within++;
      assert.ok(Math.abs(rankSumLog10(limit, orders) - Math.log10(within / 24)) < 1e-12);
    }
  });

  it('agrees with whole-number convolution at every sum of 64 keys with 10 candidates', () => {
    assertExactLaw(new Array<number>(64).fill(10), 1);
  });

  it('agrees with whole-number convolution for keys of different numbers of candidates', () => {
    assertExactLaw([2, 3, 5, 8, 13, 21, 34, 100, 1, 10, 10, 10], 1);
  });

  it('stays exact far below the smallest float64', () => {
    assertExactLaw(new Array<number>(500).fill(10), 97);
  });

  it('reaches 4,096 keys with 100 candidates', () => {
    const orders = new Array<number>(4096).fill(100);
    assert.ok(Math.abs(rankSumLog10(0, orders) + 8192) < 1e-8);
    // One key one rank off: 4,096 ways more.
    assert.ok(Math.abs(rankSumLog10(1, orders) - (Math.log10(4097) - 8192)) < 1e-8);
  });

  it('is certain at the largest sum', () => {
    assert.equal(rankSumLog10(9 * 64, new Array<number>(64).fill(10)), 0);
  });
});

describe('draw test', () => {
  it('counts ties and scores that are not numbers against the claimant', () => {
    assert.equal(rankOfDrawn([1, 1, 0], 0), 1);
    assert.equal(rankOfDrawn([0, 0, 0, 0], 2), 3);
    assert.equal(rankOfDrawn([Number.NaN, 5, 1], 1), 1);
    assert.equal(rankOfDrawn([1, Number.NaN, 1], 1), 2);
    assert.equal(rankOfDrawn([1, 2, 3], 2), 0);
  });

  it('reports firsts and the histogram beside the numbers expected by chance', () => {
    const result = runDrawTest([
      { rank: 0, candidateCount: 4 },
      { rank: 0, candidateCount: 2 },
      { rank: 3, candidateCount: 4 },
    ]);
    assert.equal(result.rankSum, 3);
    assert.equal(result.expectedRankSum, 3.5);
    assert.equal(result.firsts, 2);
    assert.equal(result.expectedFirsts, 1);
    assert.deepEqual(
      result.histogram.map(({ seen, expected }) => [seen, expected]),
      [
        [2, 1],
        [0, 1],
        [0, 0.5],
        [1, 0.5],
      ],
    );
  });

  it('gives 10,000 innocents p ≤ 0.01 as often as its exact size predicts, as answers do', () => {
    const keys = 64;
    const order = 10;
    const orders = new Array<number>(keys).fill(order);
    const random = new RandomStream(new Uint8Array(32).fill(7));
    const drawP = Array.from({ length: keys * (order - 1) + 1 }, (_, sum) => rankSumLog10(sum, orders));
    const answersP = Array.from({ length: keys + 1 }, (_, hits) => binomialTailLog10(hits, keys, 1 / order));
    const drawSize = 10 ** Math.max(...drawP.filter((p) => p <= -2));
    const answersSize = 10 ** Math.max(...answersP.filter((p) => p <= -2));
    let drawHits = 0;
    let answersHits = 0;
    const innocents = 10_000;
    for (let i = 0; i < innocents; i++) {
      let sum = 0;
      let answered = 0;
      for (let key = 0; key < keys; key++) {
        const scores = Array.from({ length: order }, () => random.nextFloat());
        sum += rankOfDrawn(scores, random.nextInt(order));
        if (random.nextInt(order) === 0) answered++;
      }
      if (drawP[sum]! <= -2) drawHits++;
      if (answersP[answered]! <= -2) answersHits++;
    }
    assert.ok(drawSize > 0.0095 && drawSize <= 0.01);
    for (const [hits, size] of [
      [drawHits, drawSize],
      [answersHits, answersSize],
    ] as const) {
      const spread = Math.sqrt(innocents * size * (1 - size));
      assert.ok(Math.abs(hits - innocents * size) < 3 * spread, `${hits} of ${innocents} at size ${size}`);
    }
  });
});
