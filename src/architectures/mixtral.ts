import * as z from 'zod';
import { mostExperts } from '../checkpoint/limits';
import type { Architecture } from './architecture';
import { layerName, preNormLayer, selfAttention } from './decoder';
import {
  decoderSchema,
  readDecoder,
  readWindow,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { placesOfExperts } from './expertPlaces';
import { experts, requireFewExperts } from './experts';
import { llama } from './llama';
import { parseConfig, withAliases } from './parseConfig';

interface MixtralConfig extends DecoderConfig {
  readonly expertCount: number;
  readonly chosenExperts: number;
}

const schema = decoderSchema
  .extend({
    num_local_experts: z.number().int().positive().max(mostExperts).default(8),
    num_experts_per_tok: z.number().int().positive().default(2),
  })
  .refine((fields) => fields.num_experts_per_tok <= fields.num_local_experts, {
    path: ['num_experts_per_tok'],
    message: 'it is larger than the number of experts',
  });

const defaults: DecoderDefaults = {
  vocab_size: 32_000,
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  max_position_embeddings: 131_072,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: false,
};

/** Mixtral (Jiang et al. 2024): Mistral whose MLP is a mixture of experts, two for each token. */
export const mixtral: Architecture<MixtralConfig> = {
  ...llama,
  modelTypes: ['mixtral'],
  readConfig(raw) {
    const fields = parseConfig(schema, withAliases(raw, { num_experts: 'num_local_experts' }), defaults);
    requireFewExperts(fields.num_hidden_layers, fields.num_local_experts);
    return {
      ...readDecoder(fields, { window: readWindow(fields), theta: 1_000_000 }),
      expertCount: fields.num_local_experts,
      chosenExperts: fields.num_experts_per_tok,
    };
  },
  otherPlaces: ({ expertCount }, name, shape) => placesOfExperts(expertCount, name, shape),
  layer: (pass, config, index, x) =>
    preNormLayer(pass, config, index, x, {
      attention: (normed) => selfAttention(pass, config, index, normed),
      feedForward: (normed) =>
        experts(pass, normed, {
          count: config.expertCount,
          chosen: config.chosenExperts,
          normalised: true,
          name: `${layerName(index)}.block_sparse_moe`,
          expert: { ...config, matrices: { gate: 'w1', up: 'w3', down: 'w2' } },
        }),
    }),
};
