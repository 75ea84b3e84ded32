import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { readTensor } from '../../../src/checkpoint/weights/tensorData';
import { onCpu } from '../../../src/contract/devices';
import { loadStoredModel } from '../../../src/engine/loadedModel';
import { openModel } from '../../../src/operations/openModel';
import { matricesOf, measureInputs, readLastStates } from '../../../src/rehearse/activations';

const watch = { report: () => undefined };

describe('what is seen inside a model', () => {
  it('has the inputs of every matrix in a layer, and those of queries, keys and values are the same', async () => {
    for (const folder of [
      'media/sample-model',
      'test/fixtures/architectures/gpt2',
      'test/fixtures/architectures/mixtral',
    ]) {
      const loaded = await loadStoredModel(await openCheckpoint(folder));
      const norms = await measureInputs(
        loaded,
        onCpu,
        [
          [1, 2, 3, 4],
          [3, 4],
        ],
        watch,
      );
      assert.deepEqual([...norms.keys()].sort(), matricesOf(loaded).sort());
      for (const { name, shape, isTransposed } of loaded.parameters) {
        const ofMatrix = norms.get(name);
        if (ofMatrix) assert.equal(ofMatrix.length, shape[isTransposed ? 0 : 1], name);
        assert.ok(ofMatrix === undefined || ofMatrix.every(Number.isFinite), name);
      }
    }
  });

  it('adds up over texts, without padding', async () => {
    const { loaded } = await openModel('media/sample-model');
    const texts = [
      [1, 2, 3, 4, 5],
      [1, 7],
    ];
    const both = await measureInputs(loaded, onCpu, texts, watch);
    const parts: Awaited<ReturnType<typeof measureInputs>>[] = [];
    for (const text of texts) parts.push(await measureInputs(loaded, onCpu, [text], watch));
    for (const [name, norms] of both)
      norms.forEach((norm, i) => {
        const expected = Math.hypot(...parts.map((part) => part.get(name)![i]!));
        assert.ok(Math.abs(norm - expected) <= 1e-4 * (1 + expected), name);
      });
  });

  it('has the inputs of the first matrices: the embedding of a lone token, normed', async () => {
    const { loaded } = await openModel('media/sample-model');
    const token = 5;
    const { hiddenSize } = loaded.config;
    const embedding = await readTensor(loaded.tensors.get('model.embed_tokens.weight')!);
    const scale = await readTensor(loaded.tensors.get('model.layers.0.input_layernorm.weight')!);
    const row = embedding.slice(token * hiddenSize, (token + 1) * hiddenSize);
    const mean = row.reduce((sum, value) => sum + value * value, 0) / hiddenSize;
    const norms = (await measureInputs(loaded, onCpu, [[token]], watch)).get(
      'model.layers.0.self_attn.q_proj.weight',
    )!;
    row.forEach((value, i) => {
      const expected = Math.abs((value / Math.sqrt(mean + 1e-5)) * scale[i]!);
      assert.ok(Math.abs(norms[i]! - expected) < 1e-2 * (1 + expected), `${norms[i]} is not ${expected}`);
    });
  });

  it('has the states of every prompt’s last token behind every layer, however long the prompts are', async () => {
    const { loaded } = await openModel('media/sample-model');
    const states = await readLastStates(
      loaded,
      onCpu,
      [
        [1, 2, 3],
        [1, 2, 3, 4, 5],
      ],
      watch,
    );
    assert.equal(states.length, loaded.config.layerCount);
    const [alone] = await readLastStates(loaded, onCpu, [[1, 2, 3]], watch);
    assert.deepEqual(states[0]![0], alone![0]);
    assert.ok(
      states.every(
        (layer) => layer.length === 2 && layer.every(({ length }) => length === loaded.config.hiddenSize),
      ),
    );
    assert.notDeepEqual(states.at(-1)![0], states.at(-1)![1]);
  });
});
