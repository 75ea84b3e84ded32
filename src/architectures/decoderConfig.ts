import * as z from 'zod';
import {
  mostHeads,
  mostHeadSize,
  mostHiddenSize,
  mostInnerSize,
  mostLayers,
  mostPositions,
  mostVocabulary,
} from '../checkpoint/limits';
import { findActivation, type Activation } from './activations';
import type { ModelConfig } from './architecture';
import type { LayerView } from './attention';
import { requireEvenHeads } from './parseConfig';
import { readRotaryTable, rotarySchema } from './rotaryTable';

/** The config that families with Llama's parameter names share. */
export interface DecoderConfig extends ModelConfig {
  readonly heads: number;
  readonly innerSize: number;
  readonly activation: Activation;
  /** ε of the norms. */
  readonly epsilon: number;
  /** Biases of the query, key and value projections, of the attention's output, and of the MLP. */
  readonly biases: { readonly queryKeyValue: boolean; readonly output: boolean; readonly mlp: boolean };
  readonly scoreScale: number;
  readonly scoreCap: number | undefined;
  /** What each layer sees. */
  readonly views: readonly LayerView[];
}

const size = z.number().int().positive();

/**
 * The fields of config.json that these families share. The sizes of the matrices are required; a family
 * supplies transformers' defaults for the rest with {@link DecoderDefaults}.
 */
export const decoderSchema = rotarySchema.extend({
  vocab_size: size.max(mostVocabulary),
  hidden_size: size.max(mostHiddenSize),
  intermediate_size: size.max(mostInnerSize),
  num_hidden_layers: size.max(mostLayers),
  num_attention_heads: size.max(mostHeads),
  num_key_value_heads: size.max(mostHeads).nullish(),
  head_dim: size.max(mostHeadSize).nullish(),
  max_position_embeddings: size.max(mostPositions),
  rms_norm_eps: z.number().positive(),
  tie_word_embeddings: z.boolean(),
  hidden_act: z.string().default('silu'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  sliding_window: size.nullish(),
  use_sliding_window: z.boolean().default(false),
  max_window_layers: z.number().int().nonnegative().nullish(),
  layer_types: z
    .array(z.enum(['full_attention', 'sliding_attention']))
    .max(mostLayers)
    .nullish(),
});
export type DecoderFields = z.infer<typeof decoderSchema>;

/** Transformers' values for fields that a family's config.json leaves out. */
export interface DecoderDefaults {
  readonly num_attention_heads: number;
  /** Left out where it equals the number of heads. */
  readonly num_key_value_heads?: number;
  readonly max_position_embeddings: number;
  readonly rms_norm_eps: number;
  readonly tie_word_embeddings: boolean;
  readonly [other: string]: unknown;
}

/**
 * Turns the shared fields into a config without biases, whose layers all use one rotary table and see
 * `window` positions.
 */
export function readDecoder(
  fields: DecoderFields,
  { theta, window, rotated }: { theta?: number; window?: number | null | undefined; rotated?: number } = {},
): DecoderConfig {
  const heads = fields.num_attention_heads;
  const headSize = fields.head_dim ?? fields.hidden_size / heads;
  const keyValueHeads = fields.num_key_value_heads ?? heads;
  requireEvenHeads({ heads, keyValueHeads, headSize });
  return {
    vocabularySize: fields.vocab_size,
    hiddenSize: fields.hidden_size,
    layerCount: fields.num_hidden_layers,
    maxLength: fields.max_position_embeddings,
    heads,
    keyValueHeads,
    headSize,
    innerSize: fields.intermediate_size,
    activation: findActivation(fields.hidden_act),
    epsilon: fields.rms_norm_eps,
    tied: fields.tie_word_embeddings,
    rotaryTables: { all: readRotaryTable(fields, rotated ?? headSize, theta) },
    windows: { whole: window ?? undefined },
    biases: { queryKeyValue: false, output: false, mlp: false },
    scoreScale: headSize ** -0.5,
    scoreCap: undefined,
    views: viewLayers(fields, () => ({ window: 'whole', table: 'all' })),
  };
}

function viewLayers(
  { num_hidden_layers: count }: Pick<DecoderFields, 'num_hidden_layers'>,
  view: (layer: number) => LayerView,
): LayerView[] {
  return Array.from({ length: count }, (_, layer) => view(layer));
}

/** The biases that `attention_bias` and `mlp_bias` turn on, for families with these fields. */
export function readBiases({ attention_bias, mlp_bias }: DecoderFields): Pick<DecoderConfig, 'biases'> {
  return { biases: { queryKeyValue: attention_bias, output: attention_bias, mlp: mlp_bias } };
}

/**
 * Windows by layer: layers that `layer_types` calls sliding, or without that list those that `slides`
 * selects, see `window` positions; the others see all.
 */
export function readWindows(
  fields: DecoderFields,
  window: number | undefined,
  slides: (layer: number) => boolean,
): Pick<DecoderConfig, 'windows' | 'views'> {
  const isSliding = (layer: number): boolean =>
    fields.layer_types ? fields.layer_types[layer] === 'sliding_attention' : slides(layer);
  return {
    windows: { whole: undefined, sliding: window },
    views: viewLayers(fields, (layer) => ({
      window: window !== undefined && isSliding(layer) ? 'sliding' : 'whole',
      table: 'all',
    })),
  };
}
