import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { readTensor } from '../../../../src/checkpoint/weights/tensorData';
import { recipeSchema, type Recipe } from '../../../../src/contract/recipe';
import { loadModel, loadStoredModel, type LoadedModel } from '../../../../src/engine/loadedModel';
import type { Trained } from '../../../../src/engine/modelPass';
import { chooseTrained, lowestTrainedLayer } from '../../../../src/train/update/trainedParameters';
import { changedTensors, startValues } from '../../../../src/train/update/trainedTensors';

const open = async (): Promise<LoadedModel> =>
  loadModel(await openCheckpoint('test/fixtures/architectures/llama'));
const recipe = (changes: Partial<Recipe>): Recipe => recipeSchema.parse({ ...pinned, ...changes });
const pinned: Recipe = {
  version: 1,
  trained: 'mlp',
  layers: [1, 2],
  rank: 2,
  keyLoss: 'margin',
  margin: 1,
  softMargin: 1.5,
  softCeiling: 2,
  quietMargin: 3,
  roundedShare: 0,
  mergedShare: 0,
  divergenceWeight: 1,
  entropyWeight: 0,
  avoidance: 0,
  tilt: 0,
  generated: 0,
  benignTokens: 8,
  benignBatch: 1,
  keyBatch: 1,
  mixing: 0,
  learningRate: 0.1,
  steps: 1,
  warmupSteps: 0,
  driftBudget: 1,
  checkEvery: 1,
};
const matrix = 'model.layers.1.mlp.up_proj.weight';
const seed = new Uint8Array(32).fill(5);

describe('the parameters that a recipe trains', () => {
  it('are the MLP matrices, all matrices by low rank, or everything, of the layers it names', async () => {
    const model = await open();
    const mlp = chooseTrained(model, recipe({}));
    assert.deepEqual(
      [...mlp.keys()],
      [1, 2].flatMap((layer) =>
        ['gate', 'up', 'down'].map((part) => `model.layers.${layer}.mlp.${part}_proj.weight`),
      ),
    );
    assert.equal(lowestTrainedLayer(model, mlp), 1);
    const lowRank = chooseTrained(model, recipe({ trained: 'low-rank', layers: [2, 2] }));
    assert.equal(lowRank.size, 7);
    assert.deepEqual(new Set([...lowRank.values()].map(({ kind }) => kind)), new Set(['low-rank']));
    assert.equal(lowestTrainedLayer(model, lowRank), 2);
    const full = chooseTrained(model, recipe({ trained: 'full' }));
    assert.equal(full.size, model.parameters.length);
    assert.equal(lowestTrainedLayer(model, full), undefined);
  });

  it('never include layers that the model lacks', async () => {
    const model = await open();
    for (const layers of [
      [0, 3],
      [2, 1],
      [5, 9],
    ] as [number, number][])
      assert.throws(() => chooseTrained(model, recipe({ layers })), {
        reason: 'bad-recipe',
        message: /0 to 2/,
      });
  });
});

describe('changed tensors', () => {
  it('of low rank are the matrix plus up · down, and whole ones the values themselves', async () => {
    const model = await open();
    const norm = 'model.norm.weight';
    const trained = new Map<string, Trained>([
      [matrix, { kind: 'low-rank', rank: 2 }],
      [norm, { kind: 'whole' }],
    ]);
    const up = Float32Array.from({ length: 112 * 2 }, (_, i) => Math.sin(i));
    const down = Float32Array.from({ length: 2 * 64 }, (_, i) => Math.cos(i));
    const whole = new Float32Array(64).fill(7);
    const changed = changedTensors(model, trained, [
      { name: `${matrix}.up`, shape: [112, 2], values: up },
      { name: `${matrix}.down`, shape: [2, 64], values: down },
      { name: norm, shape: [64], values: whole },
    ]);
    const stored = (name: string) => model.tensors.get(name)!;
    assert.deepEqual([...changed.keys()], [stored(matrix), stored(norm)]);
    assert.deepEqual(await changed.get(stored(norm))!(), whole);
    const before = await readTensor(stored(matrix));
    const found = await changed.get(stored(matrix))!();
    for (let row = 0; row < 112; row++)
      for (let column = 0; column < 64; column++) {
        const product = up[2 * row]! * down[column]! + up[2 * row + 1]! * down[64 + column]!;
        const expected = before[row * 64 + column]! + product;
        assert.ok(Math.abs(found[row * 64 + column]! - expected) < 1e-6);
      }
  });

  it('are two where the output matrix is not the embedding, whatever config.json says', async () => {
    const folder = 'test/fixtures/cases/tied-head-differs/model';
    const model = await loadStoredModel(await openCheckpoint(folder));
    const names = ['model.embed_tokens.weight', 'lm_head.weight'];
    const trained = new Map<string, Trained>(names.map((name) => [name, { kind: 'whole' }]));
    const values = names.map((name, i) => ({
      name,
      shape: [480, 32],
      values: new Float32Array(15_360).fill(i),
    }));
    const changed = changedTensors(model, trained, values);
    assert.deepEqual(
      [...changed.keys()].map((tensor) => tensor.name),
      names,
    );
    for (const [i, make] of [...changed.values()].entries()) assert.equal((await make())[0], i);
  });

  it('are those of the base before the first step', async () => {
    const model = await open();
    const trained = new Map<string, Trained>([[matrix, { kind: 'low-rank', rank: 2 }]]);
    const inputs = [
      { name: `${matrix}.down`, shape: [2, 64] },
      { name: `${matrix}.up`, shape: [112, 2] },
    ];
    const start = await startValues(model, trained, inputs, seed);
    assert.ok(start[0]!.values.some((value) => value !== 0));
    const changed = changedTensors(model, trained, start);
    const stored = model.tensors.get(matrix)!;
    assert.deepEqual(await changed.get(stored)!(), await readTensor(stored));
    assert.deepEqual(await startValues(model, trained, inputs, seed), start);
    const other = await startValues(model, trained, inputs, new Uint8Array(32).fill(6));
    assert.notDeepEqual(other[0]!.values, start[0]!.values);
  });
});
