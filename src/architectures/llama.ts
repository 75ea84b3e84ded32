import { z } from 'zod';
import type { Value } from '../graph/graph';
import { add, gatherRows, linear, reshape, rmsNorm } from '../graph/operators';
import type { Architecture, ModelConfig } from './architecture';
import { attend } from './attention';
import { gatedMlp } from './gatedMlp';
import { parseConfig, requireActivation, requireEvenHeads } from './parseConfig';
import { project, type Pass } from './pass';
import { readRotaryTable, rotarySchema } from './rotaryTable';

/** What the Llama line has in common; a sister family sets the switches and gives windows. */
export interface LlamaConfig extends ModelConfig {
  readonly heads: number;
  readonly innerSize: number;
  readonly epsilon: number;
  /** Biases of the query, key and value projections, of the attention's output, and of the MLP. */
  readonly biases: { readonly queryKeyValue: boolean; readonly output: boolean; readonly mlp: boolean };
  /** Whether each head's queries and keys are normed before they turn (Qwen 3). */
  readonly headNorms: boolean;
  /** The name of the window that a layer looks through. */
  readonly windowOfLayer: readonly string[];
}

/** The fields of config.json that the Llama line shares. */
export const llamaSchema = rotarySchema.extend({
  vocab_size: z.number().int().positive().max(10_000_000),
  hidden_size: z.number().int().positive().max(1_000_000),
  intermediate_size: z.number().int().positive().max(10_000_000),
  num_hidden_layers: z.number().int().positive().max(10_000),
  num_attention_heads: z.number().int().positive().max(100_000),
  num_key_value_heads: z.number().int().positive().nullish(),
  head_dim: z.number().int().positive().nullish(),
  max_position_embeddings: z.number().int().positive().default(2048),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});

/** Turns the shared fields into a config whose layers all see the whole text. */
export function toLlamaConfig(raw: z.infer<typeof llamaSchema>): LlamaConfig {
  requireActivation(raw.hidden_act, 'silu');
  const headSize = raw.head_dim ?? raw.hidden_size / raw.num_attention_heads;
  const keyValueHeads = raw.num_key_value_heads ?? raw.num_attention_heads;
  requireEvenHeads({ heads: raw.num_attention_heads, keyValueHeads, headSize });
  return {
    vocabularySize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    layerCount: raw.num_hidden_layers,
    maxLength: raw.max_position_embeddings,
    heads: raw.num_attention_heads,
    keyValueHeads,
    headSize,
    innerSize: raw.intermediate_size,
    epsilon: raw.rms_norm_eps,
    tied: raw.tie_word_embeddings,
    rotaryTables: { all: readRotaryTable(raw, headSize) },
    windows: { whole: undefined },
    biases: { queryKeyValue: raw.attention_bias, output: raw.attention_bias, mlp: raw.mlp_bias },
    headNorms: false,
    windowOfLayer: new Array<string>(raw.num_hidden_layers).fill('whole'),
  };
}

/** Llama 1 to 3 (Touvron et al. 2023; Grattafiori et al. 2024) and the many checkpoints that use its code. */
export const llama: Architecture<LlamaConfig> = {
  modelTypes: ['llama'],
  readConfig: (raw) => toLlamaConfig(parseConfig(llamaSchema, raw)),

  embed: (pass, config, ids) =>
    reshape(gatherRows(embedding(pass, config), ids), ['tokens', config.hiddenSize]),

  layer(pass, config, index, hidden) {
    const name = `model.layers.${index}`;
    const attended = attention(pass, config, index, norm(pass, config, hidden, `${name}.input_layernorm`));
    const x = add(hidden, attended);
    const normed = norm(pass, config, x, `${name}.post_attention_layernorm`);
    return add(
      x,
      gatedMlp(pass, normed, `${name}.mlp`, { innerSize: config.innerSize, bias: config.biases.mlp }),
    );
  },

  finalNorm: (pass, config, hidden) => norm(pass, config, hidden, 'model.norm'),

  logits(pass, config, normed) {
    const matrix = config.tied
      ? embedding(pass, config)
      : pass.weight('lm_head.weight', [config.vocabularySize, config.hiddenSize], 'head');
    return linear(normed, matrix);
  },
};

function embedding(pass: Pass, { vocabularySize, hiddenSize }: LlamaConfig): Value {
  return pass.weight('model.embed_tokens.weight', [vocabularySize, hiddenSize], 'embedding');
}

function norm(pass: Pass, { epsilon }: LlamaConfig, x: Value, name: string): Value {
  return rmsNorm(x, pass.weight(`${name}.weight`, [x.shape.at(-1) as number], 'norm'), epsilon);
}

function attention(pass: Pass, config: LlamaConfig, layer: number, x: Value): Value {
  const { heads, keyValueHeads, headSize, biases } = config;
  const name = `model.layers.${layer}.self_attn`;
  const part = (matrix: string, count: number): Value =>
    project(pass, x, `${name}.${matrix}`, count * headSize, {
      role: 'attention',
      bias: biases.queryKeyValue,
    });
  const perHead = (value: Value, count: number, kind: string): Value =>
    config.headNorms ? normHeads(pass, config, value, count, `${name}.${kind}`) : value;

  const mixed = attend(
    pass,
    {
      queries: perHead(part('q_proj', heads), heads, 'q_norm'),
      keys: perHead(part('k_proj', keyValueHeads), keyValueHeads, 'k_norm'),
      values: part('v_proj', keyValueHeads),
    },
    {
      heads,
      keyValueHeads,
      headSize,
      layer,
      table: 'all',
      window: config.windowOfLayer[layer]!,
      scoreScale: headSize ** -0.5,
    },
  );
  return project(pass, mixed, `${name}.o_proj`, config.hiddenSize, {
    role: 'attention',
    bias: biases.output,
  });
}

/** Norms each head of [tokens, heads · size] by one weight [size]. */
function normHeads(pass: Pass, config: LlamaConfig, x: Value, heads: number, name: string): Value {
  const perHead = reshape(x, ['tokens', heads, config.headSize]);
  return reshape(norm(pass, config, perHead, name), ['tokens', heads * config.headSize]);
}
