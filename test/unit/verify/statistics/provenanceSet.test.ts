import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { findProvenanceSet } from '../../../../src/verify/statistics/provenanceSet';

describe('the models that a suspect may derive from', () => {
  it('are those that fit no worse than nearly all copies known to derive from theirs', () => {
    const known = Array.from({ length: 19 }, (_, i) => i + 1);
    const candidates = [
      { name: 'a', score: 0.5 },
      { name: 'b', score: 1 },
      { name: 'c', score: 12 },
    ];
    assert.deepEqual(findProvenanceSet(candidates, known, 0.05), { kept: ['c', 'b'], leastScore: 1 });
    assert.deepEqual(findProvenanceSet(candidates, known, 0.2).kept, ['c']);
    assert.deepEqual(findProvenanceSet(candidates, known.slice(0, 18), 0.05).kept, ['c', 'b', 'a']);
    assert.deepEqual(
      findProvenanceSet(
        candidates,
        known.map((score) => score + 50),
        0.05,
      ).kept,
      [],
    );
  });

  it('hold the true one at least 95 times in 100, and few others', () => {
    const random = new RandomStream(new Uint8Array(32).fill(7));
    const countHits = (chance: number): number => {
      let hits = 0;
      for (let key = 0; key < 64; key++) if (random.nextFloat() < chance) hits++;
      return hits;
    };
    // Copies that were fine-tuned, merged or rounded keep between a third and all of their answers; chance is a tenth.
    const derive = (): number => countHits(0.35 + 0.65 * random.nextFloat());
    const trials = 1500;
    let held = 0;
    let others = 0;
    for (let trial = 0; trial < trials; trial++) {
      const known = Array.from({ length: 59 }, derive);
      const candidates = Array.from({ length: 10 }, (_, name) => ({
        name,
        score: name === 0 ? derive() : countHits(0.1),
      }));
      const { kept } = findProvenanceSet(candidates, known, 0.05);
      if (kept.includes(0)) held++;
      others += kept.filter((name) => name !== 0).length;
    }
    assert.ok(held / trials >= 0.94, String(held / trials));
    assert.ok(others / trials < 0.1, String(others / trials));
  });
});
