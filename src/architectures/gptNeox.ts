import * as z from 'zod';
import type { Value } from '../graph/graph';
import { add, reshape, split } from '../graph/operators';
import type { Architecture } from './architecture';
import { attend } from './attention';
import {
  decoderSchema,
  headSizeOf,
  readDecoder,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { layerNorm } from './norms';
import { epsilonFloat, parseConfig, positiveFloat } from './parseConfig';
import { project, type Pass } from './pass';
import { plainMlp } from './plainMlp';
import { rotatedSize } from './rotaryTable';
import { embedTokens, tokenLogits } from './vocabulary';

interface NeoxConfig extends DecoderConfig {
  /** Whether attention and MLP read the same states in parallel instead of one after the other. */
  readonly parallel: boolean;
}

const schema = decoderSchema.extend({
  attention_bias: z.boolean().default(true),
  layer_norm_eps: epsilonFloat.default(1e-5),
  use_parallel_residual: z.boolean().default(true),
  rotary_pct: z.number().nonnegative().max(1).default(0.25),
  rotary_emb_base: positiveFloat.default(10_000),
});

const defaults: DecoderDefaults = {
  vocab_size: 50_432,
  hidden_size: 6144,
  intermediate_size: 24_576,
  num_hidden_layers: 44,
  num_attention_heads: 64,
  max_position_embeddings: 2048,
  rms_norm_eps: 1,
  tie_word_embeddings: false,
  hidden_act: 'gelu',
};

const tiedNames = ['gpt_neox.embed_in.weight', 'embed_out.weight'] as const;

/** GPT-NeoX and Pythia (Black et al. 2022; Biderman et al. 2023): layer norms, and a quarter of each head turns. */
export const gptNeox: Architecture<NeoxConfig> = {
  modelTypes: ['gpt_neox'],
  prefix: 'gpt_neox.',
  tiedNames,
  // In memory transformers 5 calls the output matrix as all families do, and may save it like that.
  otherPlaces: (_, name) => (name === 'embed_out.weight' ? [{ name: 'lm_head.weight' }] : []),
  readConfig(raw) {
    // This family has names of its own for two fields, and ignores the usual ones outside of the rotary parameters.
    const foreign = { rope_theta: undefined, partial_rotary_factor: undefined, rms_norm_eps: 1 };
    const fields = parseConfig(schema, { ...raw, ...foreign }, defaults);
    const rotated = rotatedSize(fields, headSizeOf(fields), fields.rotary_pct);
    return {
      ...readDecoder(
        { ...fields, num_key_value_heads: null, head_dim: null },
        { rotated, theta: fields.rotary_emb_base },
      ),
      biases: { queryKeyValue: fields.attention_bias, output: fields.attention_bias, mlp: true },
      epsilon: fields.layer_norm_eps,
      parallel: fields.use_parallel_residual,
    };
  },

  embed: (pass, config, ids) => embedTokens(pass, config, ids, tiedNames),
  mlpFollowsAttention: ({ parallel }) => !parallel,
  layer(pass, config, index, x) {
    const { epsilon, innerSize, activation } = config;
    const name = `gpt_neox.layers.${index}`;
    const mlp = (states: Value): Value =>
      plainMlp(pass, layerNorm(pass, states, `${name}.post_attention_layernorm`, epsilon), {
        innerSize,
        activation,
        up: `${name}.mlp.dense_h_to_4h`,
        down: `${name}.mlp.dense_4h_to_h`,
      });
    const selected = pass.selectRows(index, x);
    const attend = (): Value => {
      const normed = layerNorm(pass, x, `${name}.input_layernorm`, epsilon);
      return add(selected, attention(pass, config, index, normed));
    };
    if (config.parallel) return add(attend(), mlp(selected));
    const h = pass.attended(index, attend);
    return add(h, mlp(h));
  },
  finalNorm: (pass, config, x) => layerNorm(pass, x, 'gpt_neox.final_layer_norm', config.epsilon),
  logits: (pass, config, normed) => tokenLogits(pass, config, normed, tiedNames),
};

/** One matrix gives query, key and value of the first head, then those of the second, and so on. */
function attention(pass: Pass, config: NeoxConfig, layer: number, x: Value): Value {
  const { hiddenSize, heads, headSize, biases } = config;
  const name = `gpt_neox.layers.${layer}.attention`;
  const all = project(pass, x, `${name}.query_key_value`, 3 * hiddenSize, {
    role: 'attention',
    bias: biases.queryKeyValue,
  });
  const perHead = reshape(all, ['tokens', heads, 3 * headSize]);
  const [queries, keys, values] = split(perHead, [headSize, headSize, headSize], 2).map((part) =>
    reshape(part, ['tokens', hiddenSize]),
  ) as [Value, Value, Value];
  const mixed = attend(pass, { queries, keys, values }, { ...config, ...config.views[layer]!, layer });
  return project(pass, mixed, `${name}.dense`, hiddenSize, { role: 'attention', bias: biases.output });
}
