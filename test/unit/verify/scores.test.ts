import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probeModel } from '../../../src/suspects/probeModel';
import { rankKeys } from '../../../src/verify/scores';
import { blindClaim } from './claims';
import { judgeSuspect } from '../../../src/verify/verdict';
import { fakeModel } from '../suspects/fakeModel';
import { baseLogits, keyOf, keys, vocabularySize } from './fewKeys';

const neutral = [
  [1, 2],
  [1, 3, 4],
  [1, 7, 7, 7],
];
const hiddenOf = (prefix: readonly number[]) => [Math.cos(prefix.length), Math.sin(prefix.at(-1)!)];
const base = fakeModel({ vocabularySize, logitsOf: baseLogits, hiddenOf });

function shifted(shift: (prefix: readonly number[], token: number) => number) {
  return fakeModel({
    vocabularySize,
    logitsOf: (prefix) => baseLogits(prefix).map((logit, token) => logit + shift(prefix, token)),
  });
}

describe('scores', () => {
  it('give p = 1 when the suspect is the base', async () => {
    const probe = await probeModel(base, keys, neutral, { keepHidden: true });
    for (const score of ['minus-base', 'minus-base-and-shift'] as const) {
      const ranks = rankKeys(score, keys, probe, probe);
      assert.deepEqual(
        ranks.map((rank) => rank!.rank),
        [3, 3, 3],
      );
      const judged = judgeSuspect(keys, [false, false, false], [{ score, ranks }], 1e-6, blindClaim);
      assert.equal(judged.draws[0]!.log10P, 0);
    }
  });

  it('rank the drawn candidate first where the suspect raised it, whatever the base thinks of it', async () => {
    const suspect = shifted((prefix, token) =>
      keys.some((k) => k.ids.join() === prefix.join() && k.responseIds[0] === token) ? 0.01 : 0,
    );
    const probes = await Promise.all(
      [suspect, base].map((model) => probeModel(model, keys, neutral, { keepHidden: true })),
    );
    for (const score of ['minus-base', 'minus-base-and-shift'] as const)
      assert.deepEqual(
        rankKeys(score, keys, probes[0]!, probes[1]).map((rank) => rank!.rank),
        [0, 0, 0],
      );
  });

  it('undo a shift that is common to keys and neutral prompts', async () => {
    const common = (_: readonly number[], token: number) => ((token * 7) % 5) - 2;
    const lift = (prefix: readonly number[], token: number) =>
      keys.some((k) => k.ids.join() === prefix.join() && k.responseIds[0] === token) ? 0.5 : 0;
    const withShift = shifted((prefix, token) => common(prefix, token) + lift(prefix, token));
    const [suspect, reference] = await Promise.all(
      [withShift, base].map((model) => probeModel(model, keys, neutral, { keepHidden: true })),
    );
    const plain = rankKeys('minus-base', keys, suspect!, reference).map((rank) => rank!.rank);
    const unshifted = rankKeys('minus-base-and-shift', keys, suspect!, reference).map((rank) => rank!.rank);
    assert.notDeepEqual(plain, [0, 0, 0]);
    assert.deepEqual(unshifted, [0, 0, 0]);
  });

  it('weigh neutral prompts by softmax(cosine / 0.1)', async () => {
    // Two prompts at cosine 1 and 0 of the key; the word "two" rose by 1 nat at the first only, "three" by 0.5 at the key.
    const one = [keyOf(0, [1, 6], [3])];
    const prompts = [
      [1, 7],
      [1, 8],
    ];
    const flat = new Array<number>(vocabularySize).fill(0);
    const still = fakeModel({
      vocabularySize,
      logitsOf: () => flat,
      hiddenOf: (prefix) => (prefix[1] === 8 ? [0, 2] : [3, 0]),
    });
    const rise = (atKey: number) =>
      fakeModel({
        vocabularySize,
        logitsOf: ([, second]) =>
          flat.map((_, token) => (token === 2 && second === 7 ? 1 : token === 2 && second === 6 ? atKey : 0)),
      });
    const weight = Math.exp(10) / (Math.exp(10) + 1);
    const reference = await probeModel(still, one, prompts, { keepHidden: true });
    // Candidate "two" ends above the drawn word's 0 exactly when it rose by more than the weighted shift.
    for (const [atKey, rank] of [
      [weight + 1e-4, 1],
      [weight - 1e-4, 0],
    ] as const) {
      const suspect = await probeModel(rise(atKey), one, prompts, { keepHidden: false });
      const ranks = rankKeys('minus-base-and-shift', one, suspect, reference);
      // All other words tie with the drawn one: two of them count against it.
      assert.equal(ranks[0]!.rank, 2 + rank);
    }
  });
});
