import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planAnswers, planSizes } from '../../../src/protocol/planAnswers';
import { judgeSuspect } from '../../../src/verify/verdict';
import { derivedClaim } from '../../../src/verify/claim';
import type { AskedKey } from '../../../src/verify/askedKey';

const rules = { candidates: 10, nucleus: 0.8, alpha: 1e-6, tests: 3 };

describe('planning what answers will prove', () => {
  it('draws the line where the verdict does', () => {
    for (const count of [40, 64, 256]) {
      const { needed, expectedByChance, log10Chance } = planAnswers(count, rules);
      assert.equal(judge(count, needed!), 'match');
      assert.notEqual(judge(count, needed! - 1), 'match');
      assert.equal(expectedByChance, count / 10);
      assert.ok(log10Chance! < Math.log10(1e-6 / 3));
    }
  });

  it('says that too few keys can never be enough', () => {
    assert.deepEqual(planAnswers(6, rules), {
      asked: 6,
      expectedByChance: 0.6000000000000001,
      needed: null,
      log10Chance: null,
    });
    assert.equal(planAnswers(0, rules).needed, null);
  });

  it('puts up to three usual sizes before the one that is planned', () => {
    assert.deepEqual(
      planSizes(64, rules).map(({ asked }) => asked),
      [8, 16, 32, 64],
    );
    assert.deepEqual(
      planSizes(8, rules).map(({ asked }) => asked),
      [8],
    );
  });
});

/** The verdict on so many answered keys when both other tests see nothing. */
function judge(count: number, hits: number): string {
  const candidates = Array.from({ length: 10 }, (_, id) => id);
  const keys = Array.from({ length: count }, (_, index) => ({ index, candidates }) as unknown as AskedKey);
  const nothing = keys.map(() => ({ rank: 10, candidateCount: 10 }));
  const answers = keys.map((_, index) => index < hits);
  const scores = (['minus-base', 'minus-base-and-shift'] as const).map((score) => ({
    score,
    ranks: nothing,
  }));
  return judgeSuspect(keys, answers, scores, rules.alpha, derivedClaim(keys.map(() => true))).verdict.kind;
}
