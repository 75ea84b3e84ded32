import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { correctHolm } from '../../../../src/verify/statistics/holm';

describe('the correction of p-values for all that were computed together', () => {
  it('gives the values of the worked example of R’s p.adjust, in any order', () => {
    const p = [0.01, 0.02, 0.03, 0.04];
    const expected = [0.04, 0.06, 0.06, 0.06];
    for (const order of [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
    ])
      correctHolm(order.map((i) => Math.log10(p[i]!))).forEach((log10P, place) =>
        assert.ok(Math.abs(10 ** log10P - expected[order[place]!]!) < 1e-12),
      );
  });

  it('is at most 1, leaves a single p-value as it is and keeps those far below the smallest float', () => {
    assert.deepEqual(correctHolm([]), []);
    assert.deepEqual(correctHolm([-3]), [-3]);
    assert.deepEqual(correctHolm([Math.log10(0.9), Math.log10(0.8)]), [0, 0]);
    assert.ok(Math.abs(correctHolm([-400, -2])[0]! - (-400 + Math.log10(2))) < 1e-12);
  });

  it('raises a false alarm in at most one family of true nulls in twenty', () => {
    const random = new RandomStream(new Uint8Array(32));
    const families = 4000;
    let alarms = 0;
    for (let i = 0; i < families; i++) {
      const log10P = Array.from({ length: 8 }, () => Math.log10(1 - random.nextFloat()));
      if (correctHolm(log10P).some((p) => p <= Math.log10(0.05))) alarms++;
    }
    assert.ok(alarms / families < 0.06 && alarms / families > 0.035, String(alarms / families));
  });
});
