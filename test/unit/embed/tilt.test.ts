import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { fitTilt, type Draw } from '../../../src/embed/tilt';

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

  it('stands where the likelihood and the ridge balance: s = wins − expected wins, and so sums to zero', () => {
    const random = new RandomStream(new Uint8Array(32).fill(1));
    const draws = Array.from({ length: 40 }, () => ({
      candidates: random.shuffle(Array.from({ length: 30 }, (_, i) => i)).slice(0, 8),
      drawn: random.nextInt(8),
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

  it('is the same for the same draws, and nothing without any', () => {
    assert.deepEqual(fitTilt(disjoint, 40), fitTilt(disjoint, 40));
    assert.ok(fitTilt([], 5).every((score) => score === 0));
  });
});
