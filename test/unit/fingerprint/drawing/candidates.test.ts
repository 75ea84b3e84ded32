import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { descendIds, findCandidates } from '../../../../src/fingerprint/drawing/candidates';
import type { Candidate } from '../../../../src/fingerprint/drawing/eligibility';

const acceptAll = (id: number): Candidate => ({ id, text: ` t${id}`, word: `t${id}` });
const toLogits = (probabilities: readonly number[]) => Float32Array.from(probabilities, Math.log);
const listIds = (candidates: readonly Candidate[] | undefined) => candidates?.map(({ id }) => id);

describe('inverse nucleus candidates', () => {
  // Sorted: id 2 (0.40), 0 (0.25), 5 (0.20), 1 (0.08), 4 (0.04), 3 (0.03); sums 0.40, 0.65, 0.85, 0.93, 0.97, 1.
  const logits = toLogits([0.25, 0.08, 0.4, 0.03, 0.04, 0.2]);

  it('begin after the first token at which the sum reaches the threshold', () => {
    assert.deepEqual(listIds(findCandidates(logits, { threshold: 0.8, count: 3 }, acceptAll)), [1, 4, 3]);
    assert.deepEqual(listIds(findCandidates(logits, { threshold: 0.6, count: 2 }, acceptAll)), [5, 1]);
    assert.deepEqual(listIds(findCandidates(logits, { threshold: 0.9, count: 2 }, acceptAll)), [4, 3]);
  });

  it('leave the whole nucleus out when it is a single token', () => {
    const peaked = toLogits([0.01, 0.9, 0.05, 0.04]);
    assert.deepEqual(listIds(findCandidates(peaked, { threshold: 0.8, count: 3 }, acceptAll)), [2, 3, 0]);
  });

  it('are filtered before they are counted', () => {
    const judge = (id: number) => (id === 1 ? undefined : acceptAll(id));
    assert.deepEqual(listIds(findCandidates(logits, { threshold: 0.6, count: 2 }, judge)), [5, 4]);
  });

  it('are not given when too few are eligible', () => {
    assert.equal(findCandidates(logits, { threshold: 0.8, count: 4 }, acceptAll), undefined);
  });

  it('break ties by token id', () => {
    const flat = new Float32Array(100).fill(1.5);
    const ids = listIds(findCandidates(flat, { threshold: 0.795, count: 4 }, acceptAll));
    assert.deepEqual(ids, [80, 81, 82, 83]);
  });

  it('equal a plain sort on random distributions', () => {
    const random = new RandomStream(new Uint8Array(32).fill(7));
    for (let round = 0; round < 40; round++) {
      // On the grid: many are equal.
      const drawn = Float32Array.from({ length: 2000 }, () => random.nextInt(12 * 1024) / 1024 - 30);
      const order = [...drawn.keys()].sort((left, right) => drawn[right]! - drawn[left]! || left - right);
      const weights = order.map((id) => Math.exp(drawn[id]!));
      const total = weights.reduceRight((sum, weight) => sum + weight, 0);
      let sum = 0;
      const end = weights.findIndex((weight) => (sum += weight) >= 0.8 * total);
      const found = findCandidates(drawn, { threshold: 0.8, count: 10 }, acceptAll);
      assert.deepEqual(listIds(found), order.slice(end + 1, end + 11));
    }
  });

  it('are found in a large vocabulary with a long flat tail', () => {
    const tail = new Float32Array(150_000);
    tail[149_999] = 12;
    // Every token but the last weighs 1: this threshold takes the last and the first eight of the others.
    const rules = { threshold: (Math.exp(12) + 7.5) / (Math.exp(12) + 149_999), count: 2 };
    assert.deepEqual(listIds(findCandidates(tail, rules, acceptAll)), [8, 9]);
  });

  it('are the same where another device rounds the last bits of a logit otherwise', () => {
    const random = new RandomStream(new Uint8Array(32).fill(9));
    const kept = Array.from({ length: 400 }, () => {
      // Unused rows of an output matrix give logits that only rounding tells apart.
      const here = Float32Array.from({ length: 400 }, (_, id) =>
        id < 100 ? 2 * random.nextFloat() : -1.2503,
      );
      const there = here.map((logit) => logit + 4e-7 * (random.nextFloat() - 0.5));
      const rules = { threshold: 0.95, count: 10 };
      const [first, second] = [here, there].map((logits) =>
        listIds(findCandidates(logits, rules, acceptAll)),
      );
      return first!.join() === second!.join();
    });
    assert.ok(kept.filter(Boolean).length >= 396, `${kept.filter(Boolean).length} of 400`);
  });

  it('walk every id exactly once', () => {
    const shuffled = Float32Array.from([3, 1, 2, 3, 0, -Infinity, 2]);
    assert.deepEqual([...descendIds(shuffled)], [0, 3, 2, 6, 1, 4, 5]);
  });
});
