import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAdamState, updateAdam } from '../../../../src/train/update/adam';
import { learningRateAt } from '../../../../src/train/update/schedule';

describe('Adam', () => {
  it('takes the steps that its paper gives, β₁ 0.9, β₂ 0.99, ε 1e-8', () => {
    // Algorithm 1 of Kingma & Ba 2015 in plain arithmetic, with bias-corrected moments.
    const gradients = [0.5, -0.25, 2];
    let [m, v, expected] = [0, 0, 1];
    const values = Float32Array.of(1, 1);
    const state = createAdamState(2);
    for (const [i, gradient] of gradients.entries()) {
      m = 0.9 * m + 0.1 * gradient;
      v = 0.99 * v + 0.01 * gradient ** 2;
      const corrected = { m: m / (1 - 0.9 ** (i + 1)), v: v / (1 - 0.99 ** (i + 1)) };
      expected -= (0.1 * corrected.m) / (Math.sqrt(corrected.v) + 1e-8);
      updateAdam(values, Float32Array.of(gradient, 0), state, { step: i + 1, learningRate: 0.1 });
      assert.ok(Math.abs(values[0]! - expected) < 1e-6, `step ${i + 1}: ${values[0]!}, not ${expected}`);
    }
    assert.equal(values[1], 1);
  });

  it('moves by the learning rate at its first step, whatever the size of the gradient', () => {
    for (const gradient of [1e-4, 1, 1e4]) {
      const values = Float32Array.of(0);
      updateAdam(values, Float32Array.of(gradient), createAdamState(1), { step: 1, learningRate: 0.01 });
      assert.ok(Math.abs(values[0]! + 0.01) < 1e-5);
    }
  });
});

describe('the schedule', () => {
  const recipe = { learningRate: 1, warmupSteps: 4, steps: 20 };

  it('warms up in equal parts, and reaches the learning rate after them', () => {
    const warm = [0, 1, 2, 3, 4].map((step) => learningRateAt(step, recipe));
    warm.forEach((rate, i) => assert.ok(Math.abs(rate - (i + 1) / 5) < 1e-12));
  });

  it('falls to a tenth at the last step, by way of the middle, and stays there', () => {
    assert.ok(Math.abs(learningRateAt(19, recipe) - 0.1) < 1e-12);
    assert.ok(Math.abs(learningRateAt(4 + 7.5, recipe) - 0.55) < 1e-12);
    assert.ok(Math.abs(learningRateAt(59, recipe) - 0.1) < 1e-12);
    for (let step = 4; step < 19; step++)
      assert.ok(learningRateAt(step, recipe) > learningRateAt(step + 1, recipe));
  });

  it('stays usable for the shortest run and for a warm-up longer than the run', () => {
    assert.equal(learningRateAt(0, { learningRate: 1, warmupSteps: 0, steps: 1 }), 1);
    assert.equal(learningRateAt(1, { learningRate: 1, warmupSteps: 9, steps: 2 }), 0.2);
  });
});
