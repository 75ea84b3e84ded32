import * as z from 'zod';
import { scale } from '../graph/operators';
import type { Architecture } from './architecture';
import { mlp, preNormLayer, selfAttention } from './decoder';
import {
  allBiases,
  decoderSchema,
  readBiases,
  readDecoder,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { llama } from './llama';
import { parseConfig } from './parseConfig';

interface GraniteConfig extends DecoderConfig {
  readonly embeddingMultiplier: number;
  readonly residualMultiplier: number;
  /** Divisor of the logits. */
  readonly logitsScaling: number;
}

const schema = decoderSchema.extend({
  ...allBiases,
  embedding_multiplier: z.number().default(1),
  residual_multiplier: z.number().default(1),
  attention_multiplier: z.number().default(1),
  logits_scaling: z.union([z.number(), z.literal(Infinity)]).default(1),
});

const defaults: DecoderDefaults = {
  vocab_size: 32_000,
  hidden_size: 4096,
  intermediate_size: 11_008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
};

/** Granite 3 (IBM 2024): Llama with multipliers on embeddings, scores, residuals and logits. */
export const granite: Architecture<GraniteConfig> = {
  ...llama,
  modelTypes: ['granite'],
  readConfig(raw) {
    const fields = parseConfig(schema, raw, defaults);
    return {
      ...readDecoder(fields),
      ...readBiases(fields),
      scoreScale: fields.attention_multiplier,
      embeddingMultiplier: fields.embedding_multiplier,
      residualMultiplier: fields.residual_multiplier,
      logitsScaling: fields.logits_scaling,
    };
  },

  embed: (pass, config, ids) => scale(llama.embed(pass, config, ids), config.embeddingMultiplier),
  layer: (pass, config, index, x) =>
    preNormLayer(pass, config, index, x, {
      attention: (normed) => scale(selfAttention(pass, config, index, normed), config.residualMultiplier),
      feedForward: (normed) => scale(mlp(pass, config, index, normed), config.residualMultiplier),
    }),
  logits: (pass, config, normed) => scale(llama.logits(pass, config, normed), 1 / config.logitsScaling),
};
