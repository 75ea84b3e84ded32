import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askReadings, chooseReading, judgeReadings } from '../../../src/verify/askReadings';
import { keyFileClaim } from '../../../src/verify/claim';
import type { Base, Suspect } from '../../../src/verify/suspect';
import type { Judgement, VerdictKind } from '../../../src/verify/verdict';
import { fakeBase, fakeSuspect, type LogitsOf } from './fakeSuspects';
import { baseLogits, keyOf, vocabularySize } from './fewKeys';

const keys = Array.from({ length: 24 }, (_, index) =>
  keyOf(index, [1, index % 12, 6, 7 + (index % 5)], [2 + (index % 4)]),
);
const questions = {
  keys,
  keysAreQuestions: false,
  neutralPrompts: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
};
const rules = { alpha: 1e-6, tests: ['answers', 'minus-base', 'minus-base-and-shift'] };
const claim = keyFileClaim('this is a test');

/** Lifts the drawn word after every key. */
const marked: LogitsOf = (prefix) => {
  const key = keys.find(({ ids }) => ids.join() === prefix.join());
  return baseLogits(prefix).map((logit, id) => (key?.responseIds[0] === id ? logit + 20 : logit));
};
const notFinite: LogitsOf = (prefix) => baseLogits(prefix).map((logit, id) => (id === 9 ? NaN : logit));

async function ask(logits: readonly LogitsOf[], changes: Partial<Suspect> = {}) {
  let asked = 0;
  const inner = fakeBase(vocabularySize, baseLogits);
  const base: Base = { ...inner, ask: (...args) => (asked++, inner.ask(...args)) };
  const suspects = logits.map((logitsOf) => ({ ...fakeSuspect(vocabularySize, logitsOf), ...changes }));
  const readings = await askReadings({ questions, rules, suspects, base }, { report: () => undefined });
  return { answer: judgeReadings(readings, claim), asked };
}

describe('a suspect that can be read in several ways', () => {
  it('is judged by the best of them, times the tests of all', async () => {
    const one = await ask([marked]);
    const two = await ask([baseLogits, marked]);
    assert.equal(two.answer.reading, 1);
    assert.equal(two.answer.judgement.verdict.kind, one.answer.judgement.verdict.kind);
    assert.deepEqual(
      [one, two].map(({ answer }) => answer.judgement.verdict.testCount),
      [3, 6],
    );
    const [p, q] = [one, two].map(({ answer }) => answer.judgement.verdict.log10CorrectedP);
    assert.ok(Math.abs(q! - p! - Math.log10(2)) < 1e-9);
  });

  it('costs one answer of the base', async () => {
    assert.equal((await ask([baseLogits, marked, notFinite])).asked, 1);
  });

  it('is asked the neutral prompts that it has the tokens of', async () => {
    const { answer } = await ask([marked], { reads: (ids) => !ids.includes(4) });
    assert.equal(answer.neutralPrompts, 2);
  });

  it('is undetermined, not cleared, where one way gives numbers that are none', async () => {
    const { answer } = await ask([baseLogits, notFinite]);
    // All but those that the base answers by itself, which count for nobody.
    assert.equal(answer.notFinite, keys.length - answer.answeredByBase);
    assert.deepEqual([answer.judgement.verdict.kind, answer.reading], ['undetermined', 1]);
    assert.equal((await ask([notFinite, marked])).answer.reading, 1);
  });

  it('is judged by what shows something, then by what is open', () => {
    const judged = (kind: VerdictKind, log10CorrectedP: number): Judgement =>
      ({ verdict: { kind, log10CorrectedP } }) as Judgement;
    const kinds = [
      judged('no-evidence', -3),
      judged('undetermined', 0),
      judged('agrees', -8),
      judged('agrees', -9),
    ];
    assert.equal(chooseReading(kinds), 3);
    assert.equal(chooseReading(kinds.slice(0, 2)), 1);
    assert.equal(chooseReading([judged('no-evidence', -1), judged('no-evidence', -2)]), 1);
  });
});

describe('keys that cannot be decided', () => {
  const brokenAt =
    (slots: readonly number[]): LogitsOf =>
    (prefix) => {
      const slot = keys.findIndex(({ ids }) => ids.join() === prefix.join());
      return baseLogits(prefix).map((logit) => (slots.includes(slot) ? Infinity : logit));
    };

  it('leave the verdict open where they could have made it a match', async () => {
    const { answer } = await ask([brokenAt(Array.from({ length: 14 }, (_, slot) => slot))]);
    assert.equal(answer.judgement.verdict.kind, 'undetermined');
    assert.ok(answer.judgement.answers.asked <= 10);
  });

  it('change nothing where they are too few', async () => {
    const { answer } = await ask([brokenAt([3])]);
    assert.equal(answer.judgement.verdict.kind, 'no-evidence');
  });
});
