import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { fitTilt, type Draw } from '../../../../src/embed/tilt/fitTilt';

describe('the tilt of ordinary text', () => {
  const disjoint: Draw[] = [0, 1, 2].map((list) => ({
    candidates: [0, 1, 2, 3].map((word) => 10 * list + word),
    drawn: list,
  }));

  it('lifts drawn words and drops the others of their lists', () => {
    const scores = fitTilt(disjoint, 40);
    for (const { candidates, drawn } of disjoint)
      candidates.forEach((word, i) =>
        assert.ok(i === drawn ? scores[word]! > 0.3 : scores[word]! < -0.1, `${word}: ${scores[word]!}`),
      );
    const others = scores.filter((_, word) => !disjoint.some(({ candidates }) => candidates.includes(word)));
    assert.ok(others.every((score) => score === 0));
  });

  // The second: many lists over few words, some of which stand in nearly all of them.
  for (const [count, size] of [
    [40, 8],
    [400, 12],
  ] as const)
    it(`balances likelihood and ridge over ${count} lists: s = wins − expected wins, so it sums to zero`, () => {
      const random = new RandomStream(new Uint8Array(32).fill(1));
      const common = [0, 1, 2, 3];
      const draws = Array.from({ length: count }, () => ({
        candidates: [...common, ...random.shuffle(Array.from({ length: 26 }, (_, i) => 4 + i))].slice(
          0,
          size,
        ),
        drawn: random.nextInt(size),
      }));
      const scores = fitTilt(draws, 30);
      scores.forEach((score, word) => {
        let gradient = 0;
        for (const { candidates, drawn } of draws) {
          if (!candidates.includes(word)) continue;
          const sum = candidates.reduce((total, other) => total + Math.exp(scores[other]!), 0);
          gradient += (candidates[drawn] === word ? 1 : 0) - Math.exp(score) / sum;
        }
        assert.ok(Math.abs(score - gradient) < 1e-6, `${word}: ${score}, not ${gradient}`);
      });
      assert.ok(Math.abs(scores.reduce((sum, score) => sum + score, 0)) < 1e-6);
    });

  it('is the same for the same draws, and zero without any', () => {
    assert.deepEqual(fitTilt(disjoint, 40), fitTilt(disjoint, 40));
    assert.ok(fitTilt([], 5).every((score) => score === 0));
  });
});
