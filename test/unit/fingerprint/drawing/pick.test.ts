import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { pickCandidate } from '../../../../src/fingerprint/drawing/pick';
import { fixedSeed } from '../fakes';

const candidateIds = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20];

describe('the draw', () => {
  it('is HMAC-SHA-256 of the key and its candidates, modulo their number', () => {
    const secret = Buffer.from(hkdfSync('sha256', fixedSeed, '', 'fingerprint-model/pick', 32));
    const numbers = [2, 5, 6, 10, ...candidateIds, 0];
    const message = Buffer.concat(
      numbers.map((value) => Buffer.from(value.toString(16).padStart(8, '0'), 'hex')),
    );
    const first = createHmac('sha256', secret).update(message).digest().readUInt32BE(0);
    assert.equal(pickCandidate(fixedSeed, [5, 6], candidateIds), first % 10);
  });

  it('is the same again, and depends on seed, key and candidate list', () => {
    const draw = (seed: Uint8Array, key: number, candidates: readonly number[]) =>
      Array.from({ length: 40 }, (_, index) => pickCandidate(seed, [key, index], candidates)).join('');
    const usual = draw(fixedSeed, 1, candidateIds);
    assert.equal(draw(fixedSeed, 1, candidateIds), usual);
    assert.notEqual(draw(new Uint8Array(32), 1, candidateIds), usual);
    assert.notEqual(draw(fixedSeed, 2, candidateIds), usual);
    assert.notEqual(draw(fixedSeed, 1, [...candidateIds].reverse()), usual);
  });

  it('is uniform over the candidates', () => {
    for (const [count, bound] of [
      [10, 27.88],
      [7, 22.46],
      [3, 13.82],
    ] as const) {
      const draws = 7000;
      const seen = Array.from({ length: count }, () => 0);
      for (let key = 0; key < draws; key++)
        seen[pickCandidate(fixedSeed, [key, 3], candidateIds.slice(0, count))]! += 1;
      const expected = draws / count;
      const chiSquare = seen.reduce((sum, value) => sum + (value - expected) ** 2 / expected, 0);
      // 99.9 % quantiles of chi-square with count − 1 degrees of freedom.
      assert.ok(chiSquare < bound, `chi-square ${chiSquare} for ${count}`);
    }
  });
});
