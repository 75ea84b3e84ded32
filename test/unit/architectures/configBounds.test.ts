import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findArchitecture } from '../../../src/architectures/families';
import type { ModelConfig } from '../../../src/architectures/architecture';

function read(raw: Record<string, unknown>): ModelConfig {
  return findArchitecture(raw.model_type as string, raw).readConfig(raw);
}

const small = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  num_experts_per_tok: 1,
};
const yarn = { rope_type: 'yarn', factor: 2 };
const longrope = (count: number) => ({
  type: 'longrope',
  short_factor: Array<number>(count).fill(1),
  long_factor: Array<number>(count).fill(2),
});

describe('a number of a config that nothing could be made of', () => {
  const decoders = [
    'llama',
    'mistral',
    'mixtral',
    'qwen2',
    'qwen3',
    'qwen3_moe',
    'gemma2',
    'gemma3_text',
    'phi3',
  ]
    .concat(['olmo2', 'smollm3', 'granite'])
    .map((model_type) => ({ ...small, model_type }));
  const all = [...decoders, { ...small, model_type: 'gpt2' }, { ...small, model_type: 'gpt_neox' }];

  it('is refused in every family, by its name and value', () => {
    for (const config of decoders)
      assert.throws(() => read({ ...config, head_dim: 2_147_483_646 }), {
        reason: 'broken-config',
        message: /"head_dim" \(2147483646\)/,
      });
    for (const config of all) {
      const layers = { ...config, num_hidden_layers: 10_000 };
      assert.throws(() => read(layers), { message: /"(num_hidden_layers|n_layer)" .*<=2000/ });
      const oneHead = { ...config, hidden_size: 999_998, num_attention_heads: 1, head_dim: null };
      assert.throws(() => read(oneHead), { message: /1 heads of 999998 values/ }, config.model_type);
      const positions = { ...config, max_position_embeddings: 2 ** 53 - 1 };
      assert.throws(() => read(positions), { message: /"(max_position_embeddings|n_positions)"/ });
    }
  });

  const others: [what: string, changes: Record<string, unknown>, message: RegExp][] = [
    ['a vocabulary', { vocab_size: 1e9 }, /"vocab_size" \(1000000000\)/],
    ['a hidden size', { hidden_size: 2e6 }, /"hidden_size" \(2000000\)/],
    ['an inner size', { intermediate_size: 1e12 }, /"intermediate_size" \(1000000000000\)/],
    ['key-value heads', { num_key_value_heads: 1e9 }, /"num_key_value_heads"/],
    [
      'experts of a layer',
      { model_type: 'mixtral', num_local_experts: 5000 },
      /"num_local_experts" \(5000\)/,
    ],
    [
      'experts in all',
      { model_type: 'qwen3_moe', num_hidden_layers: 2000, num_experts: 4000 },
      /2000 layers of 4000 experts/,
    ],
    ['kinds of layers', { layer_types: Array(2001).fill('full_attention') }, /"layer_types"/],
    [
      'layers without positions',
      { model_type: 'smollm3', no_rope_layers: Array(2001).fill(1) },
      /"no_rope_layers"/,
    ],
    [
      'layers without experts',
      { model_type: 'qwen3_moe', mlp_only_layers: Array(2001).fill(1) },
      /"mlp_only_layers"/,
    ],
    ['factors of frequencies', { rope_scaling: longrope(2049) }, /"rope_scaling.short_factor"/],
    ['factors in the new style', { rope_parameters: longrope(2049) }, /"rope_parameters.short_factor"/],
    [
      'an original length',
      { rope_scaling: yarn, original_max_position_embeddings: 2e9 },
      /"original_max_position_embeddings" \(2000000000\)/,
    ],
    [
      'one of a scaling',
      { rope_scaling: { ...yarn, original_max_position_embeddings: 2e9 } },
      /original_max_position_embeddings" \(2000000000\)/,
    ],
    [
      'no rotary values',
      { model_type: 'phi3', partial_rotary_factor: 1e-320 },
      /makes 0 values of each head turn/,
    ],
    [
      'half a pair of them',
      { model_type: 'phi3', head_dim: 10, partial_rotary_factor: 0.5 },
      /makes 5 values/,
    ],
    ['a word instead of a number', { vocab_size: 'x'.repeat(1000) }, /"vocab_size" \("x{40}"\)/],
  ];
  for (const [what, changes, message] of others)
    it(`is refused: ${what}`, () =>
      assert.throws(() => read({ ...small, model_type: 'llama', ...changes }), {
        name: 'UserError',
        message,
      }));
});

/** The sizes of large published models, and of longer contexts than any. */
const giants: [what: string, config: Record<string, unknown>, headSize: number][] = [
  [
    'Llama 3.1 405B, with a context of ten million tokens',
    {
      model_type: 'llama',
      vocab_size: 128_256,
      hidden_size: 16_384,
      intermediate_size: 53_248,
      num_hidden_layers: 126,
      num_attention_heads: 128,
      num_key_value_heads: 8,
      max_position_embeddings: 10_485_760,
    },
    128,
  ],
  [
    'a merge of it with itself',
    {
      model_type: 'llama',
      vocab_size: 129_280,
      hidden_size: 16_384,
      intermediate_size: 53_248,
      num_hidden_layers: 500,
      num_attention_heads: 128,
      num_key_value_heads: 8,
    },
    128,
  ],
  [
    'Gemma 3 27B',
    {
      model_type: 'gemma3_text',
      vocab_size: 262_208,
      hidden_size: 5376,
      intermediate_size: 21_504,
      num_hidden_layers: 62,
      num_attention_heads: 32,
      num_key_value_heads: 16,
      head_dim: 128,
      max_position_embeddings: 131_072,
    },
    128,
  ],
  [
    'Gemma 2 9B, whose heads are large',
    {
      model_type: 'gemma2',
      vocab_size: 256_000,
      hidden_size: 3584,
      intermediate_size: 14_336,
      num_hidden_layers: 42,
      num_attention_heads: 16,
      num_key_value_heads: 8,
      head_dim: 256,
    },
    256,
  ],
  [
    'Qwen 3 235B, with four times its experts',
    {
      model_type: 'qwen3_moe',
      vocab_size: 151_936,
      hidden_size: 4096,
      intermediate_size: 12_288,
      moe_intermediate_size: 1536,
      num_hidden_layers: 94,
      num_attention_heads: 64,
      num_key_value_heads: 4,
      head_dim: 128,
      num_experts: 512,
      num_experts_per_tok: 8,
      max_position_embeddings: 1_010_000,
    },
    128,
  ],
  [
    'Mixtral 8x22B',
    {
      model_type: 'mixtral',
      vocab_size: 32_768,
      hidden_size: 6144,
      intermediate_size: 16_384,
      num_hidden_layers: 56,
      num_attention_heads: 48,
      num_key_value_heads: 8,
      num_local_experts: 8,
    },
    128,
  ],
  [
    'Phi-3 mini 128k',
    {
      model_type: 'phi3',
      vocab_size: 32_064,
      hidden_size: 3072,
      intermediate_size: 8192,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 32,
      max_position_embeddings: 131_072,
      original_max_position_embeddings: 4096,
      sliding_window: 262_144,
      rope_scaling: longrope(48),
    },
    96,
  ],
  [
    'a small GPT-2 with one large head',
    { model_type: 'gpt2', vocab_size: 50_257, n_positions: 1024, n_embd: 4096, n_layer: 12, n_head: 1 },
    4096,
  ],
  [
    'GPT-NeoX 20B',
    {
      model_type: 'gpt_neox',
      vocab_size: 50_432,
      hidden_size: 6144,
      intermediate_size: 24_576,
      num_hidden_layers: 44,
      num_attention_heads: 64,
      max_position_embeddings: 2048,
    },
    96,
  ],
];

describe('the config of a large model', () => {
  for (const [what, config, headSize] of giants)
    it(`is within every bound: ${what}`, () => assert.equal(read(config).headSize, headSize));
});
