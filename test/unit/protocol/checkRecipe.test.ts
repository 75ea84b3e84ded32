import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelConfig } from '../../../src/architectures/architecture';
import { defaultRecipe } from '../../../src/embed/defaultRecipe';
import type { Recipe } from '../../../src/contract/recipe';
import { amount, whole, type NumberValue } from '../../../src/contract/recipeValue';
import { applyEdits, checkRecipe, listChanges, sayBounds } from '../../../src/protocol/checkRecipe';

const embedding = {
  name: 'embedding',
  shape: [4096, 1024],
  role: 'embedding',
  isTransposed: false,
  layer: undefined,
} as const;
const model = { config: { layerCount: 6 } as ModelConfig, parameters: [embedding] };
const defaults = defaultRecipe(model, { keyCount: 64, chat: true });
const limits = { layerCount: 6, maxLength: 1024, hasOwnTexts: false };

describe('checking a recipe', () => {
  it('finds nothing wrong with the defaults', () => {
    assert.deepEqual(checkRecipe(defaults, limits), {});
  });

  it('accepts numbers as users type them', () => {
    const { values, problems } = applyEdits(
      defaults,
      { learningRate: '5e-5', generated: '1 024', margin: '3' },
      limits,
    );
    assert.deepEqual([values.learningRate, values.generated, values.margin], [5e-5, 1024, 3]);
    assert.deepEqual(problems, {});
  });

  it('keeps the last valid value beside what was typed, and says what the field accepts', () => {
    const { values, typed, problems } = applyEdits(
      defaults,
      { rank: '12a', mixing: '', layers: '3 to ', steps: 1.5 },
      limits,
    );
    assert.deepEqual(values, defaults);
    assert.deepEqual(typed, { rank: '12a', mixing: '', layers: '3 to ', steps: 1.5 });
    assert.equal(problems.mixing, 'A number from 0 to 0.99.');
    assert.deepEqual(Object.keys(problems).sort(), ['layers', 'mixing', 'rank', 'steps']);
  });

  it('knows the limits of the model', () => {
    const problemsOf = (change: Partial<Recipe>) => checkRecipe({ ...defaults, ...change }, limits);
    assert.deepEqual(problemsOf({ layers: [4, 6] }), { layers: 'This model has layers 0 to 5.' });
    assert.deepEqual(problemsOf({ layers: [5, 4] }), { layers: 'The first layer comes after the last.' });
    assert.deepEqual(problemsOf({ layers: [4, 6], trained: 'full' }), {});
    assert.match(problemsOf({ benignTokens: 2000 }).benignTokens!, /at most 1.024 tokens/);
    assert.match(problemsOf({ benignBatch: 300 }).benignBatch!, /^At most 259/);
    assert.match(problemsOf({ generated: 0 }).generated!, /ordinary text/);
    assert.match(problemsOf({ warmupSteps: 60 }).warmupSteps!, /^Must be fewer than the 60 steps/);
    assert.deepEqual(checkRecipe({ ...defaults, generated: 0 }, { ...limits, hasOwnTexts: true }), {});
  });

  it('skips fields that no recipe has', () => {
    const { values } = applyEdits(defaults, { version: 2, __proto__: 1, toString: 'x' }, limits);
    assert.deepEqual(values, defaults);
  });

  it('lists the changes that a recipe file has to hold', () => {
    assert.deepEqual(listChanges(defaults, { ...defaults, layers: [4, 5], steps: 60 }), { layers: [4, 5] });
  });
});

describe('the sentence for a bad number', () => {
  const words = { title: 'Any', why: 'For a test.', more: 'For a test alone.' };
  const say = (value: NumberValue): string => sayBounds(value).replaceAll('\u202f', ' ');

  it('is made of its bounds', () => {
    assert.equal(say(whole({ least: 1, most: 65_536 }, words)), 'A whole number from 1 to 65 536.');
    assert.equal(say(whole({ least: 0 }, words)), 'A whole number, 0 or more.');
    assert.equal(say(amount({ least: 0, most: 0.99 }, words)), 'A number from 0 to 0.99.');
    assert.equal(say(amount({ above: 0, most: 50 }, words)), 'A number above 0, at most 50.');
    assert.equal(say(amount({ above: 0 }, words)), 'A number above 0.');
  });

  it('gives an example where there is one', () => {
    const rate = amount({ above: 0, most: 1 }, { ...words, example: '1e-3' });
    assert.equal(say(rate), 'A number above 0, at most 1, such as 1e-3.');
  });
});
