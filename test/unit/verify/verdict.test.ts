import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AskedKey } from '../../../src/verify/askedKey';
import { blindClaim } from './claims';
import { judgeSuspect, planScores } from '../../../src/verify/verdict';

function keysOf(count: number, order = 10): AskedKey[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    text: '',
    ids: [1],
    candidates: Array.from({ length: order }, (_, c) => c),
    candidateTexts: [],
    responseIds: [0],
    responseText: '',
    spent: false,
  }));
}

function judge(
  count: number,
  answered: number,
  rank: number,
  scores: readonly ('minus-base' | 'minus-base-and-shift')[],
) {
  const keys = keysOf(count);
  const ranks = keys.map(() => ({ rank, candidateCount: 10 }));
  return judgeSuspect(
    keys,
    keys.map((_, i) => i < answered),
    scores.map((score) => ({ score, ranks })),
    1e-6,
    blindClaim,
  );
}

describe('verdict', () => {
  it('is undetermined when not even a perfect result could reach the limit', () => {
    const both = ['minus-base', 'minus-base-and-shift'] as const;
    assert.equal(judge(6, 6, 0, both).verdict.kind, 'undetermined');
    assert.equal(judge(6, 6, 0, []).verdict.kind, 'undetermined', 'exactly 1e-6 is not below it');
    assert.equal(judge(7, 7, 0, both).verdict.kind, 'match');
    assert.equal(judge(7, 0, 9, both).verdict.kind, 'no-evidence');
    assert.equal(judge(0, 0, 0, both).verdict.kind, 'undetermined');
  });

  it('counts only keys that could be asked', () => {
    const keys = keysOf(64);
    const answers = keys.map((_, i) => (i < 5 ? true : undefined));
    const { verdict, answers: test } = judgeSuspect(keys, answers, [], 1e-6, blindClaim);
    assert.equal(test.asked, 5);
    assert.equal(verdict.kind, 'undetermined');
  });

  it('multiplies the smallest p-value by the number of tests, at most to 1', () => {
    const { verdict } = judge(64, 64, 9, ['minus-base', 'minus-base-and-shift']);
    assert.equal(verdict.decidedBy, 'answers');
    assert.ok(Math.abs(verdict.log10CorrectedP - (-64 + Math.log10(3))) < 1e-9);
    assert.equal(judge(64, 0, 9, ['minus-base']).verdict.log10CorrectedP, 0);
  });

  it('matches by the draw alone when no key answers', () => {
    const { verdict } = judge(64, 0, 1, ['minus-base']);
    assert.equal(verdict.kind, 'match');
    assert.equal(verdict.decidedBy, 'minus-base');
  });

  it('fixes the scores by what is available', () => {
    const all = { shows: 'logits', base: true, neutralPrompts: true } as const;
    assert.deepEqual(planScores(all), ['minus-base', 'minus-base-and-shift']);
    assert.deepEqual(planScores({ ...all, neutralPrompts: false }), ['minus-base']);
    assert.deepEqual(planScores({ ...all, base: false }), ['suspect-alone']);
    assert.deepEqual(planScores({ ...all, shows: 'text' }), []);
  });

  it('knows how many answers make a match', () => {
    assert.equal(judge(64, 0, 9, []).verdict.answersNeeded, 21);
    const wide = keysOf(10, 3);
    const { verdict } = judgeSuspect(
      wide,
      wide.map(() => true),
      [],
      1e-6,
      blindClaim,
    );
    assert.equal(verdict.answersNeeded, undefined);
    assert.equal(verdict.kind, 'undetermined');
  });
});
