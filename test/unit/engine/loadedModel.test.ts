import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findArchitecture } from '../../../src/architectures/families';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import type { TensorInfo } from '../../../src/checkpoint/weights/safetensors';
import { loadModel } from '../../../src/engine/loadedModel';
import { listParameters } from '../../../src/engine/parameters';
import { buildSafetensors, inFolder } from '../checkpoint/folders';

const moe = {
  model_type: 'qwen3_moe',
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 8,
  moe_intermediate_size: 8,
  num_hidden_layers: 94,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 4,
  num_experts: 128,
  num_experts_per_tok: 8,
};

describe('the parameters that a config promises', () => {
  it('are listed: 128 experts in 94 layers, with one matrix for each use', () => {
    const architecture = findArchitecture(moe.model_type, moe);
    const parameters = listParameters(architecture, architecture.readConfig(moe));
    // Three matrices for each expert; a router, two norms, four projections and two norms of heads for each layer.
    assert.equal(parameters.length, 94 * (128 * 3 + 9) + 3);
  });

  it('are listed only as far as the weights have them', () =>
    inFolder(async (folder) => {
      const dir = join(folder, 'model');
      await mkdir(dir);
      await writeFile(join(dir, 'config.json'), JSON.stringify(moe));
      const embedding = { dtype: 'F32', shape: [16, 8], data_offsets: [0, 512] };
      const empty = { dtype: 'F32', shape: [0], data_offsets: [512, 512] };
      const others = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`t${i}`, empty]));
      const header = { 'model.embed_tokens.weight': embedding, ...others };
      await writeFile(join(dir, 'model.safetensors'), buildSafetensors(header, new Uint8Array(512)));
      const checkpoint = await openCheckpoint(dir);
      const asked: string[] = [];
      class AskedTensors extends Map<string, TensorInfo> {
        override get(name: string): TensorInfo | undefined {
          asked.push(name);
          return super.get(name);
        }
      }
      const tensors = new AskedTensors(checkpoint.tensors);
      assert.throws(() => loadModel({ ...checkpoint, tensors }), {
        reason: 'config-mismatch',
        message: /requires the tensor "model\.layers\.0\./,
      });
      assert.ok(asked.length < 8, asked.join());
    }));

  it('are not listed at all where there are fewer tensors than layers', () =>
    inFolder(async (dir) => {
      await writeFile(join(dir, 'config.json'), JSON.stringify(moe));
      await writeFile(join(dir, 'model.safetensors'), buildSafetensors({}));
      const checkpoint = await openCheckpoint(dir);
      assert.throws(() => loadModel(checkpoint), {
        message: /has 94 layers, but the weights hold only 0 tensors/,
      });
    }));
});
