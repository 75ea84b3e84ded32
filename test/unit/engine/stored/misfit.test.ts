import assert from 'node:assert/strict';
import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { loadModel } from '../../../../src/engine/loadedModel';
import { inFolder, userError } from '../../checkpoint/folders';
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

  it('because config.json belongs to another model', () =>
    withModel(async (dir) => {
      await editConfig(dir, { num_hidden_layers: 3 });
      const words = /requires the tensor "model\.layers\.2\.input_layernorm\.weight"/;
      await assert.rejects(load(dir), userError('config-mismatch', words, /same release/));
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
