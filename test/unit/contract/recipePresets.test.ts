import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recipeSchema } from '../../../src/contract/recipe';
import { findPreset, presetNames, recipePresets } from '../../../src/contract/recipePresets';
import { defaultRecipe } from '../../pages/recipeStory';

const { defaults } = defaultRecipe;

describe('presets of recipes', () => {
  it('are recognised by their values, and other values are nobody’s', () => {
    for (const name of presetNames)
      assert.equal(findPreset(defaults, { ...defaults, ...recipePresets[name].change(defaults) }), name);
    assert.equal(findPreset(defaults, { ...defaults, margin: 8 }), undefined);
  });

  it('stay within the bounds of recipes, whatever the defaults are', () => {
    const extreme = { ...defaults, margin: 50, steps: 1_000_000, tilt: 10, divergenceWeight: 5e5 };
    for (const start of [defaults, extreme, { ...defaults, tilt: 0, margin: 1e-3 }])
      for (const name of presetNames)
        assert.ok(recipeSchema.safeParse({ ...start, ...recipePresets[name].change(start) }).success, name);
  });

  it('drift less, or last longer, than the defaults', () => {
    const gentle = recipePresets.gentle.change(defaults);
    assert.ok(gentle.margin! < defaults.margin && gentle.driftBudget! < defaults.driftBudget);
    assert.deepEqual(recipePresets.balanced.change(defaults), {});
    const lasting = recipePresets.lasting.change(defaults);
    assert.ok(lasting.margin! > defaults.margin && lasting.steps! > defaults.steps);
    assert.equal(lasting.driftBudget, undefined);
  });

  it('leave the rate and the layers to the probe', () => {
    for (const name of presetNames) {
      const { learningRate, layers } = recipePresets[name].change(defaults);
      assert.deepEqual([learningRate, layers], [undefined, undefined]);
    }
  });
});
