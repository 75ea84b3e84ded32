import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recipeSchema, type Recipe } from '../../../../src/contract/recipe';
import { listDifferences } from '../../../../src/vscode/compare/recipeDifferences';

const recipe: Recipe = recipeSchema.parse({
  trained: 'mlp',
  layers: [3, 5],
  rank: 8,
  keyLoss: 'margin',
  margin: 4,
  divergenceWeight: 100,
  entropyWeight: 1,
  avoidance: 1,
  tilt: 0.5,
  generated: 400,
  benignTokens: 64,
  benignBatch: 48,
  keyBatch: 64,
  mixing: 0,
  learningRate: 0.004,
  steps: 240,
  warmupSteps: 10,
  driftBudget: 0.06,
  checkEvery: 10,
});

describe('recipes side by side', () => {
  it('name only the values in which they differ, as people read them', () => {
    const other: Recipe = { ...recipe, learningRate: 0.002, steps: 30, layers: [4, 5], trained: 'low-rank' };
    const [first, second] = listDifferences([recipe, other]);
    assert.deepEqual(first, [
      { name: 'Parameters', value: 'Feed-forward matrices' },
      { name: 'Layers', value: '3 to 5' },
      { name: 'Learning rate', value: '0.004' },
      { name: 'Steps', value: '240' },
    ]);
    assert.equal(second!.find(({ name }) => name === 'Learning rate')!.value, '0.002');
  });

  it('say nothing where nothing differs, and nothing of one that is not known', () => {
    assert.deepEqual(listDifferences([recipe, undefined, { ...recipe, seed: 'ab'.repeat(32) }]), [
      [],
      undefined,
      [],
    ]);
  });
});
