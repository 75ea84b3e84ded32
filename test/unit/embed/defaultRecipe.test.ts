import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelConfig } from '../../../src/architectures/architecture';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { defaultRecipe } from '../../../src/embed/defaultRecipe';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import type { Parameter } from '../../../src/engine/parameters';
import { countTrainedValues } from '../../../src/train/update/trainedParameters';

type ModelShape = Pick<LoadedModel, 'config' | 'parameters'>;

/** A model with square attention matrices and three feed-forward ones a layer, for each of its experts. */
function shapeModel(sizes: {
  readonly layers: number;
  readonly hidden: number;
  readonly inner: number;
  readonly experts?: number;
}): ModelShape {
  const { layers, hidden, inner, experts = 1 } = sizes;
  const parameters = Array.from({ length: layers }, (_, layer): Parameter[] => {
    const matrix = (role: Parameter['role'], name: string, width: number): Parameter => ({
      name: `${layer}.${name}`,
      shape: [width, hidden],
      role,
      isTransposed: false,
      layer,
    });
    const attention = ['q', 'k', 'v', 'o'].map((name) => matrix('attention', name, hidden));
    const expert = (index: number): Parameter[] =>
      ['gate', 'up', 'down'].map((name) => matrix('mlp', `${index}.${name}`, inner));
    return [...attention, ...Array.from({ length: experts }, (_, index) => expert(index)).flat()];
  }).flat();
  return { config: { layerCount: layers, hiddenSize: hidden } as ModelConfig, parameters };
}

const usual = { keyCount: 64, chat: true };

describe('the default recipe', () => {
  it('trains whole matrices where that fits beside a model on one card', () => {
    const halfBillion = shapeModel({ layers: 24, hidden: 896, inner: 4864 });
    const oneAndAHalf = shapeModel({ layers: 28, hidden: 1536, inner: 8960 });
    for (const model of [halfBillion, oneAndAHalf]) assert.equal(defaultRecipe(model, usual).trained, 'mlp');
  });

  it('trains low-rank changes of the same layers where whole matrices would take over 9 GB', () => {
    const eightBillion = shapeModel({ layers: 32, hidden: 4096, inner: 14_336 });
    const ofExperts = shapeModel({ layers: 48, hidden: 2048, inner: 768, experts: 128 });
    for (const model of [eightBillion, ofExperts]) {
      const recipe = defaultRecipe(model, usual);
      const { layerCount } = model.config;
      assert.equal(recipe.trained, 'low-rank');
      assert.deepEqual(recipe.layers, [layerCount - Math.round(0.36 * layerCount), layerCount - 1]);
      assert.ok(20 * countTrainedValues(model, recipe) < 9e9);
    }
  });

  it('matches the measured one for a small model and at most 64 keys', async () => {
    const judged = { steps: 60, generated: 288, keyBatch: 64, tilt: 2.25, learningRate: 1e-3 };
    const model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'));
    const recipe = defaultRecipe(model, usual);
    assert.equal(recipe.trained, 'mlp');
    assert.deepEqual({ ...recipe, ...judged }, recipe);
    assert.deepEqual(defaultRecipe(model, { ...usual, keyCount: 16 }), { ...recipe, keyBatch: 16 });
  });

  it('trains everything where a model has few layers or few values', async () => {
    for (const folder of ['models/stories260K', 'architectures/mixtral', 'architectures/qwen3-moe']) {
      const model = loadModel(await openCheckpoint(`test/fixtures/${folder}`));
      const { trained, benignTokens } = defaultRecipe(model, { keyCount: 64, chat: false });
      assert.equal(trained, 'full');
      assert.ok(benignTokens < model.config.maxLength);
    }
  });

  it('reads less a step, and takes fewer steps, where a step takes seconds', () => {
    const halfBillion = defaultRecipe(shapeModel({ layers: 24, hidden: 896, inner: 4864 }), usual);
    assert.ok(halfBillion.keyBatch < 64 && halfBillion.steps < 54);
  });

  it('needs at most twice the work, and less tilt, for four times as many keys', async () => {
    const model = loadModel(await openCheckpoint('test/fixtures/models/chat-5M'));
    const few = defaultRecipe(model, usual);
    const many = defaultRecipe(model, { ...usual, keyCount: 256 });
    const grown = { steps: 120, generated: 576, keyBatch: 64, tilt: 1.59 };
    assert.deepEqual(many, { ...few, ...grown });
  });

  it('gives every key as many turns in a model of a few layers, whatever their number', async () => {
    const model = loadModel(await openCheckpoint('media/sample-model'));
    const few = defaultRecipe(model, { keyCount: 64, chat: false });
    const many = defaultRecipe(model, { keyCount: 256, chat: false });
    assert.deepEqual(many, { ...few, steps: 4 * few.steps });
  });
});
