import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  explainHowFar,
  sayHowFar,
  sizeDrift,
  type DriftFigures,
} from '../../../../src/reports/words/driftWords';

const estimate = (value: number, low?: number, high?: number) => ({
  value,
  interval95: low === undefined || high === undefined ? null : { low, high },
});
const rounding = (bits: number, kl: number) => ({
  bits,
  kl: estimate(kl),
  lossRise: estimate(0),
  agreement: estimate(1),
  unchangedShare: null,
});
const figures = (changes: Partial<DriftFigures> = {}): DriftFigures => ({
  kl: estimate(0.0198),
  agreement: estimate(0.92),
  lossRise: estimate(-0.0312, -0.04, -0.02),
  unchangedShare: 0.18,
  budget: 0.06,
  roundings: [rounding(8, 0.0006), rounding(4, 0.035)],
  ...changes,
});
const plain = (text: string): string => text.replaceAll('\u202f', ' ');

describe('the words for a drift', () => {
  it('call it small, noticeable or large against its budget and the 4-bit base', () => {
    const size = (kl: number, changes: Partial<DriftFigures> = {}) =>
      sizeDrift(figures({ kl: estimate(kl), ...changes }));
    assert.equal(size(0), 'none');
    assert.equal(size(0.03), 'small');
    assert.equal(size(0.031), 'noticeable');
    assert.equal(size(0.06), 'noticeable');
    assert.equal(size(0.0601), 'large');
    const fine = [rounding(8, 0.0006), rounding(4, 0.01)];
    assert.equal(size(0.02, { roundings: fine }), 'noticeable');
    assert.equal(size(0.02, { roundings: undefined }), 'small');
    assert.equal(size(0.02, { budget: 0.015 }), 'large');
    assert.equal(size(0.05, { budget: undefined }), 'noticeable');
  });

  it('say how far predictions moved, and what that does to answers', () => {
    assert.equal(
      sayHowFar(figures()),
      'Predictions moved a little: the likeliest next word is the same 92 times in 100; long answers are mostly worded differently',
    );
    assert.match(sayHowFar(figures({ agreement: estimate(0.9996) })), /the same more than 99 times in 100/);
    assert.match(
      sayHowFar(figures({ agreement: estimate(1), unchangedShare: 1 })),
      /always the same; .* word for word$/,
    );
    assert.match(sayHowFar(figures({ unchangedShare: null })), /92 times in 100$/);
    assert.match(sayHowFar(figures({ kl: estimate(0.2) })), /^Predictions moved a lot:/);
  });

  it('call a loss that fell a change, as one that rose', () => {
    const fell = plain(explainHowFar(figures()));
    assert.equal(
      fell,
      'Drift is 0.020 of 0.06 nats a token (the budget of its recipe), a small change. On the same text, rounding the base to 8 bits moves it by 0.0006 and to 4 bits by 0.035: this copy is between the two. The loss changed by −3.12 % (95 % interval −4.00 to −2.00 %).',
    );
    const rose = plain(explainHowFar(figures({ lossRise: estimate(0.0312, -0.01, 0.05) })));
    assert.match(
      rose,
      /The loss changed by \+3\.12 % \(95 % interval −1\.00 to 5\.00 %\), which is within chance\.$/,
    );
    assert.match(explainHowFar(figures({ lossRise: estimate(0.00001) })), /The loss did not change\.$/);
    for (const text of [fell, rose]) assert.doesNotMatch(text, /fell|rose|better|worse|cost/);
  });

  it('set it against no yardstick where there is none, and against the usual budget where the recipe is not known', () => {
    const alone = explainHowFar(figures({ roundings: undefined, budget: undefined }));
    assert.match(
      alone,
      /^Drift is 0\.020 nats a token, a small change against the usual budget of 0\.06\. The loss/,
    );
    const place = (kl: number): string => explainHowFar(figures({ kl: estimate(kl) }));
    assert.match(place(0.0001), /this copy moved less than both/);
    assert.match(place(0.05), /this copy moved further than both/);
  });
});
