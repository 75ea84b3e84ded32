import assert from 'node:assert/strict';
import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { loadModel } from '../../../../src/engine/loadedModel';
import { openModel } from '../../../../src/operations/openModel';
import { buildSafetensors, inFolder, userError } from '../../checkpoint/folders';
import { editConfig, editWeights, floats, type RawTensor } from '../../checkpoint/rewrite';

const base = 'test/fixtures/cases/adapter-beside-model/model';

/** Runs `work` with a copy of a small llama, without the adapter that lies beside it unless `filter` says otherwise. */
async function withModel(
  work: (dir: string) => Promise<void>,
  filter = (path: string): boolean => !/adapter_[^/]*$/.test(path),
): Promise<void> {
  await inFolder(async (folder) => {
    const dir = join(folder, 'model');
    await cp(base, dir, { recursive: true, filter });
    await work(dir);
  });
}

const load = async (dir: string) => loadModel(await openCheckpoint(dir));

const renamed = (rename: (name: string) => string) => (tensors: Map<string, RawTensor>) =>
  new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));

describe('weights that lack what config.json asks for', () => {
  for (const [prefix, saves] of [
    ['_orig_mod.', /model\._orig_mod\.save_pretrained/],
    ['module.', /model\.module\.save_pretrained/],
    ['base_model.model.', /merge_and_unload\(\)\.save_pretrained/],
    ['policy.actor.', /model\.policy\.actor\.save_pretrained/],
  ] as const)
    it(`for a prefix before every name: ${prefix}`, () =>
      withModel(async (dir) => {
        await editWeights(
          dir,
          renamed((name) => prefix + name),
        );
        const words = new RegExp(`All tensor names .* begin with "${prefix}"`);
        await assert.rejects(load(dir), userError('wrapped-names', words, saves));
      }));

  it('for a wrapper of every layer, whose name stands inside', () =>
    withModel(async (dir) => {
      await editWeights(
        dir,
        renamed((name) => name.replace(/(layers\.\d+\.)/, '$1_checkpoint_wrapped_module.')),
      );
      const words = /The tensor names .* contain "_checkpoint_wrapped_module\."/;
      await assert.rejects(
        load(dir),
        userError('wrapped-names', words, /take .* out of the names, in Python/),
      );
    }));

  it('for a different prefix before each of very many names, which are not all compared with each other', () =>
    withModel(async (dir) => {
      const tensor = { dtype: 'F32', shape: [0], data_offsets: [0, 0] };
      const names = Array.from({ length: 100_000 }, (_, i) => `x${i}.model.embed_tokens.weight`);
      const header = Object.fromEntries(names.map((name) => [name, tensor]));
      await writeFile(join(dir, 'model.safetensors'), buildSafetensors(header));
      await assert.rejects(load(dir), userError('config-mismatch', /requires the tensor/));
    }));

  it('for an adapter that was not merged', () =>
    withModel(async (dir) => {
      await editWeights(dir, (tensors) => {
        const name = 'model.layers.0.self_attn.q_proj';
        const whole = tensors.get(`${name}.weight`)!;
        tensors.delete(`${name}.weight`);
        tensors.set(`${name}.base_layer.weight`, whole);
        tensors.set(`${name}.lora_A.default.weight`, floats(new Array<number>(128).fill(0), [4, 32]));
        return undefined;
      });
      const words = /never merged: "model\.layers\.0\.self_attn\.q_proj\.lora_A\.default\.weight"/;
      await assert.rejects(load(dir), userError('wrapped-names', words, /merge_and_unload/));
    }));

  it('because every value is elsewhere, as DeepSpeed ZeRO-3 saves it', () =>
    withModel(async (dir) => {
      await editWeights(dir, (tensors) => {
        for (const [name, tensor] of tensors)
          if (tensor.shape.length === 2)
            tensors.set(name, { ...tensor, shape: [0], bytes: new Uint8Array(0) });
        return undefined;
      });
      const words = /"model\.embed_tokens\.weight" .* is empty, with the shape \[0\].*DeepSpeed ZeRO-3/;
      await assert.rejects(load(dir), userError('empty-tensors', words, /zero_to_fp32\.py/));
    }));

  const quantise =
    (name: string, dtype: string, shape: readonly number[], bytes: number) =>
    (tensors: Map<string, RawTensor>) =>
      new Map(
        [...tensors].map(([stored, tensor]) =>
          stored === 'model.layers.0.self_attn.q_proj.weight'
            ? [name, { dtype, shape, bytes: new Uint8Array(bytes) }]
            : [stored, tensor],
        ),
      );

  it('because they are quantised, with the method where config.json names it', () =>
    withModel(async (dir) => {
      const name = 'model.layers.0.self_attn.q_proj';
      await editWeights(dir, quantise(`${name}.weight`, 'F8_E4M3', [32, 32], 1024));
      const advice = /Use the original checkpoint in bfloat16/;
      await assert.rejects(
        load(dir),
        userError('unsupported-dtype', /"model\.layers\.0\.self_attn\.q_proj\.weight" .* F8_E4M3;/, advice),
      );
      await editWeights(dir, quantise(`${name}.weight`, 'U8', [512, 1], 512));
      await editConfig(dir, { quantization_config: { quant_method: 'bitsandbytes' } });
      await assert.rejects(
        load(dir),
        userError('unsupported-dtype', /U8, quantised with "bitsandbytes";/, advice),
      );
      await editWeights(dir, quantise(`${name}.qweight`, 'I32', [4, 32], 512));
      await editConfig(dir, { quantization_config: { quant_method: 'gptq', bits: 4 } });
      await assert.rejects(
        load(dir),
        userError('unsupported-dtype', /qweight" .* I32, quantised with "gptq";/, advice),
      );
      await writeFile(join(dir, 'model.safetensors.index.json'), '{}');
      const other = /its shards are the original weights, move model\.safetensors out/;
      await assert.rejects(load(dir), userError('unsupported-dtype', /I32/, other));
    }));

  it('because config.json belongs to another model', () =>
    withModel(async (dir) => {
      await editConfig(dir, { num_hidden_layers: 3 });
      const words = /requires the tensor "model\.layers\.2\.input_layernorm\.weight"/;
      await assert.rejects(load(dir), userError('config-mismatch', words, /same release/));
    }));
});

describe('tensors that no formula reads', () => {
  const integers = (dtype: string, shape: readonly number[], bytes: number): RawTensor => ({
    dtype,
    shape,
    bytes: new Uint8Array(bytes),
  });

  it('are not a word worth where old versions of transformers saved what is computed anew', () =>
    withModel(async (dir) => {
      await editWeights(dir, (tensors) => {
        tensors.set('model.position_ids', integers('I64', [1, 4], 32));
        tensors.set('model.layers.0.attention.bias', integers('U8', [1, 1, 4, 4], 16));
        tensors.set('model.layers.0.self_attn.some_mask', integers('BOOL', [1, 1, 4, 4], 16));
        tensors.set('model.layers.0.attention.masked_bias', floats([-1e9], []));
        tensors.set('model.layers.0.self_attn.rotary_emb.inv_freq', floats([1, 0.1], [2]));
        return undefined;
      });
      assert.deepEqual((await load(dir)).warnings, []);
    }));

  it('are named and counted otherwise, whatever their type', () =>
    withModel(async (dir) => {
      await editWeights(dir, (tensors) => {
        tensors.set('steps', integers('I64', [1], 8));
        tensors.set('value_head.weight', floats([NaN], [1]));
        return undefined;
      });
      const { warnings } = await load(dir);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /hold 2 tensors .* the first of them "steps": nothing reads them/);
      assert.deepEqual((await openModel(dir)).warnings, warnings);
    }));
});

describe('a folder with an adapter alone', () => {
  const merge = /AutoPeftModelForCausalLM\.from_pretrained\(FOLDER\)\.merge_and_unload/;
  const isOfAdapter = (path: string): boolean =>
    !/(model|config)(\.safetensors|\.json)$/.test(path) || /adapter_|tokenizer/.test(path);

  it('is called an adapter, with the name of its model', () =>
    withModel(async (dir) => {
      const named = userError(
        'adapter-only',
        /only an adapter, which changes a model \("example\/base"\)/,
        merge,
      );
      await assert.rejects(load(dir), named);
      await cp(join(base, 'config.json'), join(dir, 'config.json'));
      await assert.rejects(load(dir), named);
      await rename(join(dir, 'adapter_model.safetensors'), join(dir, 'adapters.safetensors'));
      await assert.rejects(load(dir), named);
      await rm(join(dir, 'adapters.safetensors'));
      await writeFile(join(dir, 'adapter_model.bin'), '');
      await assert.rejects(load(dir), named);
    }, isOfAdapter));

  it('is called an adapter even where its file has the name of a whole model', () =>
    withModel(async (dir) => {
      await rename(join(dir, 'adapter_model.safetensors'), join(dir, 'model.safetensors'));
      await assert.rejects(load(dir), userError('adapter-only', /only an adapter/, merge));
      await rm(join(dir, 'adapter_config.json'));
      await cp(join(base, 'config.json'), join(dir, 'config.json'));
      await assert.rejects(load(dir), userError('adapter-only', /only an adapter/, merge));
    }, isOfAdapter));
});
