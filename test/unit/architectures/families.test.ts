import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { findArchitecture, supportedFamilies } from '../../../src/architectures/families';
import { gemma2 } from '../../../src/architectures/gemma2';
import { gemma3 } from '../../../src/architectures/gemma3';
import { gpt2 } from '../../../src/architectures/gpt2';
import { gptNeox } from '../../../src/architectures/gptNeox';
import { llama } from '../../../src/architectures/llama';
import { mistral } from '../../../src/architectures/mistral';
import { qwen2 } from '../../../src/architectures/qwen2';
import { qwen3 } from '../../../src/architectures/qwen3';
import { qwen3Moe } from '../../../src/architectures/qwen3Moe';
import { smollm3 } from '../../../src/architectures/smollm3';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { listParameters } from '../../../src/engine/parameters';
import { positionTensors } from '../../../src/engine/modelPass';

const llamaFolder = 'test/fixtures/architectures/llama';

/** Loads a copy of the small Llama checkpoint whose config.json is changed; undefined takes a field away. */
async function loadChanged(changes: object): Promise<LoadedModel> {
  const folder = await mkdtemp(join(tmpdir(), 'architectures-test-'));
  try {
    await cp(join(llamaFolder, 'model.safetensors'), join(folder, 'model.safetensors'));
    const config = JSON.parse(await readFile(join(llamaFolder, 'config.json'), 'utf8')) as object;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, ...changes }));
    return loadModel(await openCheckpoint(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a checkpoint is joined with the formula of its family', () => {
  it('names every tensor with its shape, role and layer', async () => {
    const { parameters, tensors, config } = await loadChanged({});
    const { tensors: stored } = await openCheckpoint(llamaFolder);
    assert.deepEqual(parameters.map(({ name }) => name).sort(), [...stored.keys()].sort());
    for (const { name, shape } of parameters) assert.deepEqual(tensors.get(name)!.shape, shape, name);
    const find = (name: string) => parameters.find((parameter) => parameter.name === name);
    assert.deepEqual(find('model.layers.2.mlp.up_proj.weight'), {
      name: 'model.layers.2.mlp.up_proj.weight',
      shape: [112, 64],
      role: 'mlp',
      isTransposed: false,
      layer: 2,
    });
    assert.equal(find('model.layers.0.self_attn.k_proj.weight')?.role, 'attention');
    assert.equal(find('lm_head.weight')?.role, 'head');
    assert.equal(find('model.norm.weight')?.layer, undefined);
    assert.equal(config.headSize, 16);
  });

  it('refuses an unknown family with the list of supported ones', async () => {
    for (const family of supportedFamilies)
      assert.ok(findArchitecture(family, {}).modelTypes.includes(family));
    assert.deepEqual([...supportedFamilies].sort(), [
      'gemma2',
      'gemma3_text',
      'gpt2',
      'gpt_neox',
      'granite',
      'llama',
      'mistral',
      'mixtral',
      'olmo2',
      'phi3',
      'qwen2',
      'qwen3',
      'qwen3_moe',
      'smollm3',
    ]);
    await assert.rejects(loadChanged({ model_type: 'mamba' }), {
      reason: 'unsupported-family',
      message: /"mamba"/,
      next: /llama.*qwen3/,
    });
    await assert.rejects(loadChanged({ model_type: 'gemma3', text_config: { model_type: 'gemma3_text' } }), {
      reason: 'unsupported-family',
      message: /"gemma3" is a multimodal model/,
      next: /gemma3_text/,
    });
  });

  const refusals: [what: string, changes: object, reason: string, message: RegExp][] = [
    ['a size of nothing', { hidden_size: null }, 'broken-config', /"hidden_size"/],
    ['a size of words', { vocab_size: 'many' }, 'broken-config', /"vocab_size"/],
    ['a size below one', { num_hidden_layers: 0 }, 'broken-config', /"num_hidden_layers"/],
    ['an absurd size', { num_hidden_layers: 1e9 }, 'broken-config', /"num_hidden_layers"/],
    [
      'heads that do not divide the hidden size',
      { num_attention_heads: 7 },
      'broken-config',
      /num_attention_heads/,
    ],
    ['an unknown activation', { hidden_act: 'mish' }, 'unsupported-config', /"mish"/],
    ['an unknown rope type', { rope_scaling: { rope_type: 'mrope' } }, 'unsupported-config', /"mrope"/],
    ['a scaling without its factor', { rope_scaling: { type: 'linear' } }, 'unsupported-config', /"factor"/],
    ['a vocabulary of another size', { vocab_size: 321 }, 'config-mismatch', /\[321, 64\].*\[320, 64\]/],
    ['another inner size', { intermediate_size: 128 }, 'config-mismatch', /\[128, 64\].*\[112, 64\]/],
    ['a layer too many', { num_hidden_layers: 4 }, 'config-mismatch', /model\.layers\.3/],
    ['biases that are not there', { attention_bias: true }, 'config-mismatch', /q_proj\.bias/],
    ['another size of heads', { head_dim: 32 }, 'config-mismatch', /q_proj/],
  ];
  for (const [what, changes, reason, message] of refusals)
    it(`refuses ${what}`, () => assert.rejects(loadChanged(changes), { name: 'UserError', reason, message }));
});

const sizes = { vocab_size: 100, hidden_size: 32, intermediate_size: 64, num_hidden_layers: 4 };

describe('fields that a config leaves out get the defaults of transformers', () => {
  it('in Llama', () => {
    const { maxLength, epsilon, tied, keyValueHeads, rotaryTables } = llama.readConfig({
      ...sizes,
      num_attention_heads: 4,
    });
    const found = { maxLength, epsilon, tied, keyValueHeads, slowest: rotaryTables.all!.frequencies[3]! };
    assert.deepEqual(found, {
      maxLength: 2048,
      epsilon: 1e-6,
      tied: false,
      keyValueHeads: 4,
      slowest: 1e4 ** (-6 / 8),
    });
  });

  it('in Mistral, where a field that is null means something else', () => {
    const raw = { ...sizes, hidden_size: 256 };
    const { heads, keyValueHeads, windows, maxLength } = mistral.readConfig(raw);
    assert.deepEqual([heads, keyValueHeads, windows.whole, maxLength], [32, 8, 4096, 131_072]);
    const nulls = mistral.readConfig({ ...raw, sliding_window: null, num_key_value_heads: null });
    assert.deepEqual([nulls.keyValueHeads, nulls.windows.whole], [32, undefined]);
  });

  it('in Qwen 3, with experts and without', () => {
    const dense = qwen3.readConfig({ ...sizes, num_attention_heads: 32 });
    assert.deepEqual([dense.headSize, dense.keyValueHeads], [128, 32]);
    const sparse = qwen3Moe.readConfig({ ...sizes, num_attention_heads: 8 });
    assert.deepEqual([sparse.headSize, sparse.keyValueHeads], [4, 4]);
    const { expertCount, chosenExperts, expertSize, normalised, hasExperts } = sparse;
    const expected = [128, 8, 768, false, [true, true, true, true]];
    assert.deepEqual([expertCount, chosenExperts, expertSize, normalised, hasExperts], expected);
    // Published configs say num_experts, those that transformers 5 saves num_local_experts.
    const named = { ...sizes, num_attention_heads: 8, num_local_experts: 6 };
    assert.equal(qwen3Moe.readConfig({ ...named, num_experts_per_tok: 2 }).expertCount, 6);
    assert.throws(() => qwen3Moe.readConfig(named), { message: /"num_experts_per_tok": it is larger/ });
  });

  it('in Gemma 2 and 3', () => {
    const two = gemma2.readConfig(sizes);
    assert.deepEqual([two.heads, two.keyValueHeads, two.headSize, two.tied], [8, 4, 256, true]);
    assert.deepEqual([two.scoreCap, two.logitCap, two.scoreScale], [50, 30, 1 / 16]);
    assert.deepEqual(
      two.views.map(({ window }) => two.windows[window]),
      [4096, undefined, 4096, undefined],
    );
    const three = gemma3.readConfig({ ...sizes, num_hidden_layers: 7 });
    assert.deepEqual([three.scoreCap, three.logitCap, three.maxLength], [undefined, undefined, 131_072]);
    const far = three.views.map(({ table }) => table).indexOf('far');
    assert.equal(far, 5);
    const slowest = ['near', 'far'].map((table) => three.rotaryTables[table]!.frequencies[127]!);
    assert.deepEqual(slowest, [1e4 ** (-254 / 256), 1e6 ** (-254 / 256)]);
  });

  it('in GPT-2 and GPT-NeoX', () => {
    const two = gpt2.readConfig({ vocab_size: 100, n_embd: 48, n_layer: 2 });
    assert.deepEqual([two.heads, two.innerSize, two.maxLength, two.tied], [12, 192, 1024, true]);
    const renamed = gpt2.readConfig({ vocab_size: 100, hidden_size: 48, num_hidden_layers: 2 });
    assert.deepEqual(renamed, two);
    const neox = gptNeox.readConfig({ ...sizes, num_attention_heads: 4, hidden_size: 64 });
    assert.equal(neox.rotaryTables.all!.frequencies.length, 2);
    assert.ok(neox.parallel && !neox.tied && neox.biases.output);
  });

  it('in SmolLM 3, where every fourth layer does not turn', () => {
    const config = smollm3.readConfig({ ...sizes, hidden_size: 64 });
    assert.deepEqual(
      config.views.map(({ table }) => table),
      ['all', 'all', 'all', undefined],
    );
    assert.ok(config.tied);
  });
});

describe('unsupported variants are refused', () => {
  const refuse = (read: () => unknown, field: RegExp): void => {
    assert.throws(read, { name: 'UserError', reason: 'unsupported-config', message: field });
  };

  it('as bidirectional attention and cross-attention', () => {
    refuse(() => gemma3.readConfig({ ...sizes, use_bidirectional_attention: true }), /bidirectional/);
    const crossing = { vocab_size: 100, n_embd: 48, n_layer: 2, add_cross_attention: true };
    refuse(() => gpt2.readConfig(crossing), /add_cross_attention/);
  });
});

describe('attention windows', () => {
  const qwen = { ...sizes, num_attention_heads: 4, num_key_value_heads: 4, sliding_window: 8 };
  const windowsOf = (changes: object): (number | undefined)[] => {
    const { views, windows } = qwen2.readConfig({ ...qwen, ...changes });
    return views.map(({ window }) => windows[window]);
  };

  it('of Qwen 2 are not used unless the config says so', () => {
    assert.deepEqual(windowsOf({ max_window_layers: 0 }), [undefined, undefined, undefined, undefined]);
    assert.deepEqual(
      windowsOf({ use_sliding_window: true, max_window_layers: 4 }),
      new Array(4).fill(undefined),
    );
    assert.deepEqual(windowsOf({ use_sliding_window: true }), new Array(4).fill(undefined));
    const none = { use_sliding_window: true, sliding_window: null, max_window_layers: 0 };
    assert.deepEqual(windowsOf(none), new Array(4).fill(undefined));
  });

  it('of Qwen 2 begin at max_window_layers, counted as transformers does', () => {
    assert.deepEqual(windowsOf({ use_sliding_window: true, max_window_layers: 1 }), [undefined, 8, 8, 8]);
    assert.deepEqual(windowsOf({ use_sliding_window: true, max_window_layers: 0 }), [8, 8, 8, 8]);
  });

  it('of Qwen 2 follow layer_types where it is present', () => {
    const layer_types = ['sliding_attention', 'full_attention', 'sliding_attention', 'full_attention'];
    const changes = { use_sliding_window: true, max_window_layers: 0, layer_types };
    assert.deepEqual(windowsOf(changes), [8, undefined, 8, undefined]);
  });

  it('of Mistral apply to every layer', () => {
    const config = mistral.readConfig(qwen);
    assert.deepEqual(
      config.views.map(({ window }) => config.windows[window]),
      [8, 8, 8, 8],
    );
    assert.equal(mistral.readConfig({ ...qwen, sliding_window: null }).windows.whole, undefined);
  });

  it('hide positions beyond the window, the token itself included', () => {
    const config = mistral.readConfig({ ...qwen, sliding_window: 2 });
    const mask = positionTensors(config, { batch: 1, past: 1, length: 3 })['mask.whole']!;
    assert.deepEqual(mask.shape, [3, 4]);
    assert.deepEqual(
      [...mask.data].map((value) => (Number(value) === 0 ? 1 : 0)),
      [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1],
    );
  });

  it('of Qwen 2 come with biases on queries, keys and values only', () => {
    const names = listParameters(qwen2, qwen2.readConfig(qwen)).map(({ name }) => name);
    const biases = names.filter((name) => name.startsWith('model.layers.0.') && name.endsWith('.bias'));
    assert.deepEqual(
      biases.map((name) => name.split('.').at(-2)),
      ['q_proj', 'k_proj', 'v_proj'],
    );
  });
});
