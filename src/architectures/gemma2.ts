import * as z from 'zod';
import type { Value } from '../graph/graph';
import { add, scale } from '../graph/operators';
import { findActivation, softCap } from './activations';
import type { Architecture } from './architecture';
import { layerName, mlp, selfAttention, type Sublayers } from './decoder';
import {
  attentionBias,
  decoderSchema,
  readBiases,
  readDecoder,
  readWindow,
  readWindows,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { llama } from './llama';
import { rmsAroundOne } from './norms';
import { parseConfig, requireOff, type RawConfig } from './parseConfig';
import type { Pass } from './pass';

export interface GemmaConfig extends DecoderConfig {
  readonly logitCap: number | undefined;
}

export const gemmaSchema = decoderSchema.extend({
  ...attentionBias,
  hidden_activation: z.string().default('gelu_pytorch_tanh'),
  query_pre_attn_scalar: z.number().positive().default(256),
  final_logit_softcapping: z.number().nullish(),
});

export const gemmaDefaults = {
  vocab_size: 256_000,
  hidden_size: 2304,
  intermediate_size: 9216,
  num_hidden_layers: 26,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: true,
  sliding_window: 4096,
} satisfies DecoderDefaults;

/** Gemma's activation has another name; what stands under the usual one is ignored. */
export function withoutForeign(raw: RawConfig): RawConfig {
  return { ...raw, hidden_act: undefined };
}

/** The part of the config that Gemma 2 and 3 share. */
export function readGemma(fields: z.infer<typeof gemmaSchema>): GemmaConfig {
  requireOff(fields, 'use_bidirectional_attention');
  return {
    ...readDecoder(fields),
    ...readBiases({ attention_bias: fields.attention_bias }),
    activation: findActivation(fields.hidden_activation),
    scoreScale: fields.query_pre_attn_scalar ** -0.5,
    logitCap: fields.final_logit_softcapping ?? undefined,
  };
}

/** Norms on both sides of attention and MLP. */
export function gemmaLayer(
  pass: Pass,
  { epsilon }: GemmaConfig,
  index: number,
  x: Value,
  { attention, feedForward }: Sublayers,
): Value {
  const norm = (value: Value, name: string): Value =>
    rmsAroundOne(pass, value, `${layerName(index)}.${name}`, epsilon);
  const h = pass.attended(index, () =>
    add(pass.selectRows(index, x), norm(attention(norm(x, 'input_layernorm')), 'post_attention_layernorm')),
  );
  return add(h, norm(feedForward(norm(h, 'pre_feedforward_layernorm')), 'post_feedforward_layernorm'));
}

const schema = gemmaSchema.extend({ attn_logit_softcapping: z.number().nullish() });

/** Gemma 2 (Gemma team 2024): every other layer has a sliding window, scores and logits are capped, norms on both sides. */
export const gemma2: Architecture<GemmaConfig> = {
  ...llama,
  modelTypes: ['gemma2'],
  readConfig(raw) {
    const defaults = { ...gemmaDefaults, attn_logit_softcapping: 50, final_logit_softcapping: 30 };
    const fields = parseConfig(schema, withoutForeign(raw), defaults);
    return {
      ...readGemma(fields),
      ...readWindows(fields, readWindow(fields), (layer) => layer % 2 === 0),
      scoreCap: fields.attn_logit_softcapping ?? undefined,
    };
  },

  embed: (pass, config, ids) => scale(llama.embed(pass, config, ids), Math.sqrt(config.hiddenSize)),
  layer: (pass, config, index, x) =>
    gemmaLayer(pass, config, index, x, {
      attention: (normed) => selfAttention(pass, config, index, normed),
      feedForward: (normed) => mlp(pass, config, index, normed),
    }),
  finalNorm: (pass, config, x) => rmsAroundOne(pass, x, 'model.norm', config.epsilon),
  logits: (pass, config, normed) => softCap(llama.logits(pass, config, normed), config.logitCap),
};
