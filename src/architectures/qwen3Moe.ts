import * as z from 'zod';
import { mostExperts, mostInnerSize, mostLayers } from '../checkpoint/limits';
import type { Architecture } from './architecture';
import { layerName, mlp, preNormLayer } from './decoder';
import {
  attentionBias,
  decoderSchema,
  readBiases,
  readDecoder,
  readWindow,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { placesOfExperts } from './expertPlaces';
import { experts, requireFewExperts } from './experts';
import { llama } from './llama';
import { parseConfig, withAliases } from './parseConfig';
import { qwenFields, qwenSchema } from './qwen2';
import { qwenAttention } from './qwen3';

interface Qwen3MoeConfig extends DecoderConfig {
  readonly expertCount: number;
  readonly chosenExperts: number;
  readonly expertSize: number;
  readonly normalised: boolean;
  /** Whether each layer has experts; the others have one MLP of `innerSize`. */
  readonly hasExperts: readonly boolean[];
}

const schema = qwenSchema.extend({
  ...attentionBias,
  intermediate_size: z.unknown().optional(),
  num_experts: z.number().int().nonnegative().max(mostExperts).default(128),
  mlp_only_layers: z.array(z.number().int()).max(mostLayers).nullish(),
});

/** The fields that are read where a layer may have experts. */
const expertsSchema = z
  .looseObject({
    num_experts: z.number(),
    num_experts_per_tok: z.number().int().positive().default(8),
    moe_intermediate_size: z.number().int().positive().max(mostInnerSize).default(768),
    norm_topk_prob: z.boolean().default(false),
    decoder_sparse_step: z
      .number()
      .int()
      .refine((step) => step !== 0)
      .default(1),
  })
  .refine((fields) => fields.num_experts_per_tok <= fields.num_experts, {
    path: ['num_experts_per_tok'],
    message: 'it is larger than the number of experts',
  });
/** The field that is read where a layer has none. */
const denseSchema = decoderSchema.pick({ intermediate_size: true });
const noDense = { intermediate_size: 1 };
const noExperts = {
  num_experts_per_tok: 0,
  moe_intermediate_size: 0,
  norm_topk_prob: false,
  decoder_sparse_step: 1,
};

const defaults: DecoderDefaults = {
  ...qwenFields,
  vocab_size: 151_936,
  hidden_size: 2048,
  intermediate_size: 6144,
  num_hidden_layers: 24,
  num_key_value_heads: 4,
};

/** Qwen 3 with experts (Yang et al. 2025): many small MLPs in most layers. */
export const qwen3Moe: Architecture<Qwen3MoeConfig> = {
  ...llama,
  modelTypes: ['qwen3_moe'],
  readConfig(raw) {
    const fields = parseConfig(schema, withAliases(raw, { num_local_experts: 'num_experts' }), defaults);
    requireFewExperts(fields.num_hidden_layers, fields.num_experts);
    const moe = fields.num_experts > 0 ? parseConfig(expertsSchema, fields) : noExperts;
    const hasExperts = Array.from(
      { length: fields.num_hidden_layers },
      (_, layer) =>
        fields.num_experts > 0 &&
        (layer + 1) % moe.decoder_sparse_step === 0 &&
        !fields.mlp_only_layers?.includes(layer),
    );
    const dense = hasExperts.every(Boolean) ? noDense : parseConfig(denseSchema, fields);
    return {
      ...readDecoder(
        { ...fields, ...dense },
        { window: fields.use_sliding_window ? readWindow(fields) : undefined },
      ),
      ...readBiases({ attention_bias: fields.attention_bias }),
      expertCount: fields.num_experts,
      chosenExperts: moe.num_experts_per_tok,
      expertSize: moe.moe_intermediate_size,
      normalised: moe.norm_topk_prob,
      hasExperts,
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
