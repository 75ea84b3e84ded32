import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { keyFileClaim } from '../../../src/verify/claim';
import { measuredCopies, measurePower } from '../../../src/verify/power';
import { judgeSuspect } from '../../../src/verify/verdict';
import { sampleKeys } from '../reports/samples';

const claim = keyFileClaim('this is a test');

function powerOf(count: number, byDraw: boolean) {
  const keys = sampleKeys(count);
  const ranks = keys.map(() => ({ rank: 5, candidateCount: 10 }));
  const scores = byDraw ? [{ score: 'minus-base' as const, ranks }] : [];
  return measurePower(
    judgeSuspect(
      keys,
      keys.map(() => false),
      scores,
      1e-6,
      claim,
    ),
  );
}

describe('what a verdict of no evidence would have seen', () => {
  it('follows the measurements that the documents show: the weaker of both models', async () => {
    const document = await readFile('docs/what-survives.md', 'utf8');
    const rows: Record<string, RegExp> = {
      'merged with its base at a share of 0.1': /^\| merged with its base, a tenth .*/m,
      'fine-tuned on foreign instructions at 1e-4': /^\| fine-tuned on 500 foreign instructions at 1e-4 .*/m,
      'fine-tuned on them at 5e-4': /^\| the same at 5e-4 .*/m,
      'distilled on them': /^\| a clean student of it.*/m,
    };
    for (const { done, answered, drawLog10P } of measuredCopies) {
      const cells = rows[done]!.exec(document)![0].split('|').slice(2, 4);
      const shares = cells.map((cell) =>
        cell.includes('none') ? 0 : Number(/(\d+) %/.exec(cell)![1]) / 100,
      );
      const draws = cells.map((cell) => Number(/−([\d.]+)/.exec(cell)![1]));
      assert.deepEqual([answered, -drawLog10P], [Math.min(...shares), Math.min(...draws)], done);
    }
  });

  it('scales with the number of keys', () => {
    const [many, few] = [powerOf(64, true), powerOf(16, true)];
    assert.deepEqual(
      many.copies.map(({ log10P, isSeen }) => [log10P, isSeen]),
      measuredCopies.map(({ drawLog10P }) => [drawLog10P, true]),
    );
    assert.deepEqual(
      few.copies.map(({ log10P, isSeen }) => [log10P, isSeen]),
      measuredCopies.map(({ drawLog10P }) => [drawLog10P / 4, drawLog10P < -50]),
    );
    assert.deepEqual(
      few.copies.map(({ keysNeeded }) => keysNeeded),
      measuredCopies.map(({ drawLog10P }) => Math.floor((64 * (-6 - Math.log10(2))) / drawLog10P) + 1),
    );
  });

  it('says how many drawn words would have to rank first, or keys to be answered', () => {
    // By convolution of whole numbers: P(sum of 64 ranks ≤ 176) = 3.94e-7 and P(≤ 180) = 9.96e-7, each times 2.
    assert.equal(powerOf(64, true).needed, 25);
    // P(21 of 64 at 1 in 10) = 5.63e-7, P(20) = 2.47e-6.
    assert.equal(powerOf(64, false).needed, 21);
    assert.equal(powerOf(4, true).needed, undefined);
  });
});
