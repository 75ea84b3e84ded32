import * as z from 'zod';
import {
  mostHeads,
  mostHiddenSize,
  mostInnerSize,
  mostLayers,
  mostPositions,
  mostVocabulary,
} from '../checkpoint/limits';
import type { Value } from '../graph/graph';
import { add, lookUpRows, reshape, split } from '../graph/operators';
import { findActivation, type Activation } from './activations';
import type { Architecture, ModelConfig } from './architecture';
import { attend } from './attention';
import { layerNorm } from './norms';
import { epsilonFloat, parseConfig, requireEvenHeads, requireOff, withAliases } from './parseConfig';
import { project, type Pass } from './pass';
import { plainMlp } from './plainMlp';
import { lookUp, tokenLogits } from './vocabulary';

interface Gpt2Config extends ModelConfig {
  readonly heads: number;
  readonly innerSize: number;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Factor of q · k, for each layer. */
  readonly scoreScales: readonly number[];
}

const size = z.number().int().positive();
const schema = z.looseObject({
  vocab_size: size.max(mostVocabulary).default(50_257),
  n_positions: size.max(mostPositions).default(1024),
  n_embd: size.max(mostHiddenSize).default(768),
  n_layer: size.max(mostLayers).default(12),
  n_head: size.max(mostHeads).default(12),
  n_inner: size.max(mostInnerSize).nullish(),
  activation_function: z.string().default('gelu_new'),
  layer_norm_epsilon: epsilonFloat.default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
  scale_attn_weights: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.boolean().default(false),
});

/** Other families' names for these fields, which transformers accepts here too. */
const aliases = {
  hidden_size: 'n_embd',
  max_position_embeddings: 'n_positions',
  num_attention_heads: 'n_head',
  num_hidden_layers: 'n_layer',
};

const tiedNames = ['transformer.wte.weight', 'lm_head.weight'] as const;

/** GPT-2 (Radford et al. 2019): learned positions, layer norms, matrices stored [in, out]. */
export const gpt2: Architecture<Gpt2Config> = {
  modelTypes: ['gpt2'],
  prefix: 'transformer.',
  tiedNames,
  readConfig,
  mlpFollowsAttention: () => true,

  embed(pass, config, ids) {
    const places = pass.weight('transformer.wpe.weight', [config.maxLength, config.hiddenSize], 'embedding');
    const tokens = lookUp(pass, config, ids, tiedNames);
    return reshape(add(tokens, lookUpRows(places, pass.positions())), ['tokens', config.hiddenSize]);
  },

  layer(pass, config, index, x) {
    const { epsilon, innerSize, activation } = config;
    const name = `transformer.h.${index}`;
    const h = pass.attended(index, () => {
      const attended = attention(pass, config, index, layerNorm(pass, x, `${name}.ln_1`, epsilon));
      return add(pass.selectRows(index, x), attended);
    });
    const fed = plainMlp(pass, layerNorm(pass, h, `${name}.ln_2`, epsilon), {
      innerSize,
      activation,
      up: `${name}.mlp.c_fc`,
      down: `${name}.mlp.c_proj`,
      transposed: true,
    });
    return add(h, fed);
  },

  finalNorm: (pass, config, x) => layerNorm(pass, x, 'transformer.ln_f', config.epsilon),
  logits: (pass, config, normed) => tokenLogits(pass, config, normed, tiedNames),
};

/** Queries, keys and values come out of one matrix, one after another. */
function attention(pass: Pass, config: Gpt2Config, layer: number, x: Value): Value {
  const { hiddenSize, heads, keyValueHeads, headSize, scoreScales } = config;
  const name = `transformer.h.${layer}.attn`;
  const options = { role: 'attention', bias: true, transposed: true } as const;
  const all = project(pass, x, `${name}.c_attn`, 3 * hiddenSize, options);
  const [queries, keys, values] = split(all, [hiddenSize, hiddenSize, hiddenSize], 1) as [
    Value,
    Value,
    Value,
  ];
  const mixed = attend(
    pass,
    { queries, keys, values },
    {
      heads,
      keyValueHeads,
      headSize,
      layer,
      window: 'whole',
      table: undefined,
      scoreScale: scoreScales[layer]!,
    },
  );
  return project(pass, mixed, `${name}.c_proj`, hiddenSize, options);
}

function readConfig(raw: Readonly<Record<string, unknown>>): Gpt2Config {
  requireOff(raw, 'add_cross_attention');
  const fields = parseConfig(schema, withAliases(raw, aliases));
  const heads = fields.n_head;
  const headSize = fields.n_embd / heads;
  requireEvenHeads({ heads, keyValueHeads: heads, headSize });
  const scale = fields.scale_attn_weights ? headSize ** -0.5 : 1;
  return {
    vocabularySize: fields.vocab_size,
    hiddenSize: fields.n_embd,
    layerCount: fields.n_layer,
    maxLength: fields.n_positions,
    heads,
    keyValueHeads: heads,
    headSize,
    innerSize: fields.n_inner ?? 4 * fields.n_embd,
    activation: findActivation(fields.activation_function),
    epsilon: fields.layer_norm_epsilon,
    tied: fields.tie_word_embeddings,
    rotaryTables: {},
    windows: { whole: undefined },
    scoreScales: Array.from({ length: fields.n_layer }, (_, layer) =>
      fields.scale_attn_by_inverse_layer_idx ? scale / (layer + 1) : scale,
    ),
  };
}
