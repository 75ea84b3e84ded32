import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chancesTailLog10 } from '../../../../src/verify/binomial';
import { followEvidence } from '../../../../src/verify/evidence/growth';
import { rankSumLog10 } from '../../../../src/verify/rankSum';

const keys = (count: number, answered: (i: number) => boolean | null, rank: (i: number) => number | null) =>
  Array.from({ length: count }, (_, i) => ({ candidateCount: 10, answered: answered(i), rank: rank(i) }));

describe('the growth of the evidence', () => {
  it('ends with the p-values of all keys, and every point is that of its first keys', () => {
    const points = followEvidence(
      keys(
        20,
        (i) => i % 3 > 0,
        (i) => i % 4,
      ),
    );
    assert.deepEqual(
      points.map((point) => point.keys),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    for (const { keys: n, answersLog10P, drawLog10P } of points) {
      const first = Array.from({ length: n }, (_, i) => i);
      const hits = first.filter((i) => i % 3 > 0).length;
      assert.equal(
        answersLog10P,
        chancesTailLog10(
          hits,
          first.map(() => 0.1),
        ),
      );
      assert.equal(
        drawLog10P,
        rankSumLog10(
          first.reduce((sum, i) => sum + (i % 4), 0),
          first.map(() => 10),
        ),
      );
    }
  });

  it('leaves out of a test what could not be asked', () => {
    const [last] = followEvidence(
      keys(
        4,
        (i) => (i < 2 ? true : null),
        (i) => (i < 2 ? 0 : null),
      ),
    ).slice(-1);
    assert.equal(last?.keys, 4);
    assert.equal(last.answersLog10P.toFixed(9), '-2.000000000');
    assert.equal(last.drawLog10P.toFixed(9), '-2.000000000');
  });

  it('has fewer points for thousands of keys, and none where even a few would take too long', () => {
    assert.equal(
      followEvidence(
        keys(
          1000,
          () => true,
          () => 0,
        ),
      ).length,
      64,
    );
    const slow = followEvidence(
      keys(
        2000,
        () => false,
        () => 5,
      ),
    );
    assert.ok(slow.length >= 8 && slow.length < 64, `${slow.length} points`);
    assert.equal(slow.at(-1)?.keys, 2000);
    assert.deepEqual(
      followEvidence(
        keys(
          8000,
          () => false,
          () => 9,
        ),
      ),
      [],
    );
    assert.deepEqual(followEvidence([]), []);
  });
});
