import * as z from 'zod';
import type { Architecture } from './architecture';
import { layerName, mlp, preNormLayer } from './decoder';
import { decoderSchema, readBiases, readDecoder, type DecoderConfig } from './decoderConfig';
import { placesOfExperts } from './expertPlaces';
import { experts } from './experts';
import { llama } from './llama';
import { parseConfig, withAliases } from './parseConfig';
import { qwenDefaults } from './qwen2';
import { qwenAttention } from './qwen3';

interface Qwen3MoeConfig extends DecoderConfig {
  readonly expertCount: number;
  readonly chosenExperts: number;
  readonly expertSize: number;
  readonly normalised: boolean;
  /** Whether each layer has experts; the others have one MLP of `innerSize`. */
  readonly hasExperts: readonly boolean[];
}

const schema = decoderSchema
  .extend({
    num_experts: z.number().int().nonnegative().max(10_000).default(128),
    num_experts_per_tok: z.number().int().positive().default(8),
    moe_intermediate_size: z.number().int().positive().max(10_000_000).default(768),
    norm_topk_prob: z.boolean().default(false),
    decoder_sparse_step: z.number().int().positive().default(1),
    mlp_only_layers: z.array(z.number().int()).nullish(),
  })
  .refine(({ num_experts, num_experts_per_tok }) => num_experts === 0 || num_experts_per_tok <= num_experts, {
    path: ['num_experts_per_tok'],
    message: 'it is larger than the number of experts',
  });

/** Qwen 3 with experts (Yang et al. 2025): many small MLPs in most layers. */
export const qwen3Moe: Architecture<Qwen3MoeConfig> = {
  ...llama,
  modelTypes: ['qwen3_moe'],
  readConfig(raw) {
    const fields = parseConfig(schema, withAliases(raw, { num_local_experts: 'num_experts' }), {
      ...qwenDefaults,
      num_key_value_heads: 4,
    });
    return {
      ...readDecoder(fields, { window: fields.use_sliding_window ? fields.sliding_window : undefined }),
      ...readBiases({ ...fields, mlp_bias: false }),
      expertCount: fields.num_experts,
      chosenExperts: fields.num_experts_per_tok,
      expertSize: fields.moe_intermediate_size,
      normalised: fields.norm_topk_prob,
      hasExperts: Array.from(
        { length: fields.num_hidden_layers },
        (_, layer) =>
          fields.num_experts > 0 &&
          (layer + 1) % fields.decoder_sparse_step === 0 &&
          !fields.mlp_only_layers?.includes(layer),
      ),
    };
  },
  otherPlaces: ({ expertCount }, name, shape) => placesOfExperts(expertCount, name, shape),
  layer: (pass, config, index, x) =>
    preNormLayer(pass, config, index, x, {
      attention: (normed) => qwenAttention(pass, config, index, normed),
      feedForward: (normed) =>
        config.hasExperts[index]
          ? experts(pass, normed, {
              count: config.expertCount,
              chosen: config.chosenExperts,
              normalised: config.normalised,
              name: `${layerName(index)}.mlp`,
              expert: { innerSize: config.expertSize, activation: config.activation },
            })
          : mlp(pass, config, index, normed),
    }),
};
