import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { clopperPearsonUpper, testAgainstPanel } from '../../../../src/verify/statistics/calibratedNull';

const isNear = (value: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(value - expected) < tolerance, `${value} and ${expected}`);
const tens = (count: number): number[] => Array<number>(count).fill(10);

describe('the upper limit of a share', () => {
  it('has its closed form where nothing was hit, and solves its own equation elsewhere', () => {
    isNear(clopperPearsonUpper(0, 100), 1 - 0.05 ** (1 / 100));
    // P(S ≤ 1) = (1 − p)^n + n p (1 − p)^(n − 1) = 0.05.
    const p = clopperPearsonUpper(1, 20);
    isNear((1 - p) ** 20 + 20 * p * (1 - p) ** 19, 0.05);
    assert.equal(clopperPearsonUpper(7, 7), 1);
    assert.equal(clopperPearsonUpper(0, 0), 1);
  });

  it('is above the true share at least 95 times in 100', () => {
    const random = new RandomStream(new Uint8Array(32));
    let covered = 0;
    for (let trial = 0; trial < 2000; trial++) {
      let hits = 0;
      for (let i = 0; i < 80; i++) if (random.nextFloat() < 0.08) hits++;
      if (clopperPearsonUpper(hits, 80) >= 0.08) covered++;
    }
    assert.ok(covered / 2000 >= 0.95, String(covered / 2000));
  });
});

describe('answers against a panel of unrelated models', () => {
  const silent = Array.from({ length: 5 }, () => ({ asked: 64, hits: 0 }));

  it('count by the larger of the two p-values', () => {
    // A panel that never answers: the floor of 5 % is below the 1/k of ten candidates.
    const quiet = testAgainstPanel(8, tens(64), silent);
    assert.equal(quiet.chance, 0.05);
    assert.equal(quiet.log10P, quiet.designLog10P);
    // One that answers three keys in ten: what looked impossible is not.
    const talkative = testAgainstPanel(
      24,
      tens(64),
      silent.map(() => ({ asked: 64, hits: 19 })),
    );
    assert.ok(talkative.designLog10P < -7);
    assert.ok(talkative.log10P === talkative.calibratedLog10P && talkative.log10P > -2);
    assert.ok(talkative.chance! > 19 / 64 && talkative.chance! < 0.36);
  });

  it('keep the designed one where the panel is too small', () => {
    const test = testAgainstPanel(8, tens(64), silent.slice(1));
    assert.equal(test.calibratedLog10P, undefined);
    assert.equal(test.log10P, test.designLog10P);
    const unasked = testAgainstPanel(8, tens(64), [...silent.slice(1), { asked: 0, hits: 0 }]);
    assert.equal(unasked.calibratedLog10P, undefined);
  });

  it('show nothing where the panel answers everything', () => {
    const all = silent.map(({ asked }) => ({ asked, hits: asked }));
    assert.equal(testAgainstPanel(64, tens(64), all).log10P, 0);
  });
});
