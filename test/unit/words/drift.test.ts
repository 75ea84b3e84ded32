import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatBudget, formatDrift, formatDriftInNats, formatDriftOver } from '../../../src/words/drift';

describe('drift as a figure', () => {
  it('is the KL divergence of its budget', () => {
    assert.equal(formatDrift({ kl: 0.0241, budget: 0.06 }), '0.024 of 0.06');
    assert.equal(formatDrift({ kl: 0.61, budget: 0.06 }), '0.61 of 0.06');
    assert.equal(formatDrift({ kl: 0.06000001, budget: 0.06 }), '0.06000001 of 0.06');
    assert.equal(formatDrift({ kl: Number.NaN, budget: 0.06 }), 'not a number of 0.06');
    assert.equal(formatDriftInNats({ kl: 0.0241, budget: 0.06 }), '0.024 of 0.06 nats a token');
  });

  it('stands alone where the recipe is not known', () => {
    assert.equal(formatDrift({ kl: 0.0241 }), '0.024');
    assert.equal(formatDrift({ kl: Number.NaN }), 'not a number');
  });

  it('shows enough digits to tell a figure from its budget', () => {
    assert.equal(formatDriftOver({ measured: 0.06000001, limit: 0.06 }), '0.06000001');
    assert.equal(formatDriftOver({ measured: 0.61, limit: 0.06 }), '0.61');
    assert.equal(formatBudget(0.06), '0.06');
    assert.equal(formatBudget(1e-6), '10⁻⁶');
  });
});
