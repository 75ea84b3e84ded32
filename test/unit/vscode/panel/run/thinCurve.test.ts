import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { thinCurve } from '../../../../../src/vscode/panel/run/thinCurve';

describe('thinning a curve', () => {
  const points = Array.from({ length: 10_000 }, (_, step) => ({
    step,
    value: step === 4321 ? 99 : step % 7,
  }));

  it('keeps peaks, order and the last point', () => {
    const thin = thinCurve(points, 400);
    assert.ok(thin.length <= 400 && thin.length > 200, String(thin.length));
    assert.ok(thin.some(({ value }) => value === 99));
    assert.ok(thin.every(({ step }, index) => index === 0 || step > thin[index - 1]!.step));
    assert.equal(thin.at(-1)!.step, 9999);
  });

  it('leaves a short curve as it is', () => {
    assert.equal(thinCurve(points.slice(0, 400), 400).length, 400);
  });
});
