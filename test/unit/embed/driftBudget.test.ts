import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adviseOn, cutOfRate, isWithinBudget, raisesAlarm } from '../../../src/embed/driftBudget';

const budget = { driftBudget: 0.06 };

describe('the drift budget of a run', () => {
  it('is kept with a little room, since drift is measured on little text', () => {
    assert.equal(isWithinBudget({ divergence: 0.055 }, budget), true);
    assert.equal(isWithinBudget({ divergence: 0.0599 }, budget), false);
  });

  it('is never met by a value that is not a number', () => {
    assert.equal(isWithinBudget({ divergence: NaN }, budget), false);
    assert.equal(raisesAlarm({ keyLoss: 1, divergence: NaN }, budget), true);
    assert.equal(raisesAlarm({ keyLoss: Infinity, divergence: 0 }, budget), true);
  });

  it('lowers the rate in proportion to the excess, as drift grows with its square', () => {
    // Nine times the budget: a third of the rate would just do.
    assert.ok(Math.abs(cutOfRate({ divergence: 0.54 }, budget) - 0.7 / 3) < 1e-12);
    assert.equal(cutOfRate({ divergence: 0.061 }, budget), 1 / 2);
    assert.equal(cutOfRate({ divergence: 1e6 }, budget), 1 / 30);
    assert.equal(cutOfRate({ divergence: NaN }, budget), 1 / 30);
  });

  it('advises what to change: a rate too high, a rate too low, or too many keys', () => {
    assert.match(adviseOn({ recall: 1, divergence: 0.6 }, budget), /^Lower "learningRate"/);
    assert.match(adviseOn({ recall: 1, divergence: NaN }, budget), /^Lower "learningRate"/);
    assert.match(adviseOn({ recall: 0.8, divergence: 0.001 }, budget), /unused: raise "steps"/);
    assert.match(adviseOn({ recall: 0.8, divergence: 0.055 }, budget), /fewer keys/);
  });
});
