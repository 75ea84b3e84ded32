import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { writeCheckpoint } from '../../../src/checkpoint/writer';
import { RandomStream } from '../../../src/common/random';
import { defaultRecipe } from '../../../src/embed/defaultRecipe';
import type { Recipe } from '../../../src/contract/recipe';
import {
  enterProduct,
  outputMatrix,
  productInputs,
  type AddedProduct,
} from '../../../src/train/addedProduct';
import { chooseTrained } from '../../../src/train/update/trainedParameters';
import { changedTensors, startValues, type TrainedTensor } from '../../../src/train/update/trainedTensors';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { createPass, positionTensors, type Trained } from '../../../src/engine/modelPass';
import { floatTensor, intTensor, openSession } from '../../../src/engine/runtime';
import { Graph } from '../../../src/graph/graph';
import { isWrittenAs } from '../../../src/operations/copy/checkRelease';
import { editWeights, packExperts } from '../checkpoint/rewrite';

const root = 'test/fixtures/architectures';
const ids = [5, 17, 42, 5, 99, 250, 13, 8];
const seed = new Uint8Array(32).fill(3);

const open = async (folder: string): Promise<LoadedModel> => loadModel(await openCheckpoint(folder));

function choose(model: LoadedModel, trained: Recipe['trained']): Map<string, Trained> {
  const defaults = defaultRecipe(model, { keyCount: 4, chat: false });
  return chooseTrained(model, { ...defaults, trained, layers: [1, 2], rank: 2 });
}

/** Logits of `ids` with some parameters as inputs, and these inputs' values as `change` makes them. */
async function computeLogits(
  model: LoadedModel,
  trained: ReadonlyMap<string, Trained>,
  change: (value: number) => number,
  added?: AddedProduct,
): Promise<{ logits: Float32Array; values: TrainedTensor[] }> {
  const { architecture, config } = model;
  const graph = new Graph();
  const product = enterProduct(graph, added);
  const pass = createPass(graph, model, { trained, added: new Map(product && [[added!.name, product]]) });
  let hidden = architecture.embed(pass, config, graph.input('ids', 'int64', ['batch', 'length']));
  for (let layer = 0; layer < config.layerCount; layer++)
    hidden = architecture.layer(pass, config, layer, hidden);
  graph.output('logits', architecture.logits(pass, config, architecture.finalNorm(pass, config, hidden)));

  const inputs = pass.trainedInputs.map(({ name, shape }) => ({ name, shape: shape as number[] }));
  const values = (await startValues(model, trained, inputs, seed)).map((tensor) => ({
    ...tensor,
    values: tensor.values.map(change),
  }));
  const session = await openSession(graph, { device: 'cpu', folder: model.weightFolder });
  const { logits } = await session.run({
    ids: intTensor(ids, [1, ids.length]),
    ...positionTensors(config, { batch: 1, past: 0, length: ids.length }),
    ...productInputs(added),
    ...Object.fromEntries(values.map((tensor) => [tensor.name, floatTensor(tensor.values, tensor.shape)])),
  });
  await session.close();
  return { logits: logits!, values };
}

/** A change of the output matrix in the rows of words that `ids` does not hold, so that a tied embedding reads them as before. */
function leanAway(model: LoadedModel): AddedProduct {
  const { hiddenSize, vocabularySize } = model.config;
  return {
    name: outputMatrix(model),
    down: Float32Array.from({ length: hiddenSize }, (_, i) => Math.cos(i) / hiddenSize),
    up: Float32Array.from({ length: vocabularySize }, (_, i) => (ids.includes(i) ? 0 : Math.sin(i))),
  };
}

function farthest(left: Float32Array, right: Float32Array): number {
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i]!)), 0);
}

describe('the written copy computes what training computed', () => {
  // Fused matrices, transposed ones, interleaved heads, experts.
  const variants = [
    ...['gpt2', 'gpt-neox', 'phi3', 'mixtral', 'qwen3-moe', 'gemma2'].map((name) => ({ name, form: '' })),
    ...['mixtral', 'qwen3-moe'].map((name) => ({ name, form: ' with experts in one tensor' })),
  ];
  for (const { name, form } of variants)
    for (const kind of ['mlp', 'low-rank'] as const)
      it(`${name}${form}, ${kind}`, async () => {
        const out = await mkdtemp(join(tmpdir(), 'trained-copies-'));
        try {
          const source = join(out, 'source');
          await cp(join(root, name), source, { recursive: true });
          if (form) await editWeights(source, packExperts);
          const model = await open(source);
          const trained = choose(model, kind);
          const random = new RandomStream(seed);
          const width = kind === 'mlp' ? 0.04 : 0.4;
          const shake = (value: number): number => value + width * (random.nextFloat() - 0.5);
          const added = leanAway(model);
          const { logits, values } = await computeLogits(model, trained, shake, added);

          const changed = changedTensors(model, trained, values, added);
          const folder = join(out, 'copy');
          await writeCheckpoint({ source: model.checkpoint, out: folder, changed });
          const copy = await open(folder);
          const shapes = ({ checkpoint }: LoadedModel): string[] =>
            [...checkpoint.tensors.values()].map(
              ({ name, shape, dtype }) => `${name} ${shape.join()} ${dtype}`,
            );
          assert.deepEqual(shapes(copy), shapes(model));
          assert.ok(await isWrittenAs(folder, model.checkpoint, changed));

          const [same, base] = await Promise.all(
            [copy, model].map((loaded) => computeLogits(loaded, new Map(), (value) => value)),
          );
          assert.ok(farthest(base!.logits, logits) > 0.05, 'training changes something');
          // Phi-3 is stored in half precision, to which the copy is rounded.
          assert.ok(farthest(same!.logits, logits) < (name === 'phi3' ? 1e-2 : 1e-4));
        } finally {
          await rm(out, { recursive: true, force: true });
        }
      });
});

describe('the feed-forward matrices that a recipe trains by default', () => {
  const chosen: Record<string, readonly string[]> = {
    gpt2: ['c_fc', 'c_proj'],
    'gpt-neox': ['dense_4h_to_h', 'dense_h_to_4h'],
    phi3: ['down_proj', 'gate_up_proj'],
    gemma3: ['down_proj', 'gate_proj', 'up_proj'],
    mixtral: ['w1', 'w2', 'w3'],
    'qwen3-moe': ['down_proj', 'gate_proj', 'up_proj'],
  };
  for (const [name, expected] of Object.entries(chosen))
    it(`of ${name}: no bias, no norm, no router`, async () => {
      const names = [...choose(await open(join(root, name)), 'mlp').keys()];
      assert.ok(names.every((full) => full.endsWith('.weight')));
      assert.deepEqual([...new Set(names.map((full) => full.split('.').at(-2)!))].sort(), expected);
    });

  it('exclude routers in a low-rank recipe and include everything in a full one', async () => {
    const model = await open(join(root, 'mixtral'));
    const routers = (kind: Recipe['trained']): number =>
      [...choose(model, kind).keys()].filter((name) => name.endsWith('.gate.weight')).length;
    assert.equal(routers('low-rank'), 0);
    assert.equal(routers('full'), 3);
  });
});
