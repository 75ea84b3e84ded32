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
import { UserError } from '../common/errors';
import { findActivation, type Activation } from './activations';
import type { ModelConfig } from './architecture';
import type { LayerView } from './attention';
import { epsilonFloat, parseConfig, requireEachLayer, requireEvenHeads, type RawConfig } from './parseConfig';
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
 * The fields of config.json that these families share. A family supplies transformers' defaults with
 * {@link DecoderDefaults}, and adds the fields that only some read: what stands in a field that a family does
 * not read is ignored, as in transformers.
 */
export const decoderSchema = rotarySchema.extend({
  vocab_size: size.max(mostVocabulary),
  hidden_size: size.max(mostHiddenSize),
  intermediate_size: size.max(mostInnerSize),
  num_hidden_layers: size.max(mostLayers),
  num_attention_heads: size.max(mostHeads),
  num_key_value_heads: size.max(mostHeads).nullish(),
  /** 0 and null: the hidden size over the number of heads. */
  head_dim: size.max(mostHeadSize).or(z.literal(0)).nullish(),
  max_position_embeddings: size.max(mostPositions),
  rms_norm_eps: epsilonFloat,
  tie_word_embeddings: z.boolean(),
  hidden_act: z.string().default('silu'),
  layer_types: z.unknown().optional(),
});
export type DecoderFields = z.infer<typeof decoderSchema>;

/** The switch of biases in attention, and that of biases in the MLP. */
export const attentionBias = { attention_bias: z.boolean().default(false) };
export const allBiases = { ...attentionBias, mlp_bias: z.boolean().default(false) };

/** Transformers' values for fields that a family's config.json leaves out. */
export interface DecoderDefaults {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
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
 * `window` positions. `rotated` values of each head turn; with 0 there are no rotary positions.
 */
export function readDecoder(
  fields: DecoderFields,
  { theta, window, rotated }: { theta?: number; window?: number | null | undefined; rotated?: number } = {},
): DecoderConfig {
  const heads = fields.num_attention_heads;
  const headSize = headSizeOf(fields);
  const keyValueHeads = fields.num_key_value_heads ?? heads;
  requireEvenHeads({ heads, keyValueHeads, headSize });
  readLayerTypes(fields);
  const turned = rotated ?? headSize;
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
    rotaryTables: turned === 0 ? {} : { all: readRotaryTable(fields, turned, theta) },
    windows: { whole: window ?? undefined },
    biases: { queryKeyValue: false, output: false, mlp: false },
    scoreScale: headSize ** -0.5,
    scoreCap: undefined,
    views: viewLayers(fields, () => ({ window: 'whole', table: turned === 0 ? undefined : 'all' })),
  };
}

export function headSizeOf({
  head_dim,
  hidden_size,
  num_attention_heads,
}: Pick<DecoderFields, 'head_dim' | 'hidden_size' | 'num_attention_heads'>): number {
  const own = head_dim === 0 ? undefined : head_dim;
  return own ?? hidden_size / num_attention_heads;
}

function viewLayers(
  { num_hidden_layers: count }: Pick<DecoderFields, 'num_hidden_layers'>,
  view: (layer: number) => LayerView,
): LayerView[] {
  return Array.from({ length: count }, (_, layer) => view(layer));
}

/** The biases that `attention_bias` and `mlp_bias` turn on, for families with these fields. */
export function readBiases({
  attention_bias,
  mlp_bias = false,
}: {
  readonly attention_bias: boolean;
  readonly mlp_bias?: boolean;
}): Pick<DecoderConfig, 'biases'> {
  return { biases: { queryKeyValue: attention_bias, output: attention_bias, mlp: mlp_bias } };
}

const windowSchema = z.looseObject({ sliding_window: size.nullish() });

/**
 * `sliding_window`, for families whose windows are on: where they are off, anything may stand there.
 * @throws UserError `broken-config`.
 */
export function readWindow(fields: RawConfig): number | undefined {
  return parseConfig(windowSchema, fields).sliding_window ?? undefined;
}

/** "attention" is what transformers called full attention before. */
const layerTypesSchema = z.looseObject({
  layer_types: z
    .array(z.string().transform((name) => (name === 'attention' ? 'full_attention' : name)))
    .max(mostLayers)
    .nullish(),
});

/**
 * What each layer sees, as `layer_types` names it; undefined where a config leaves that to the family.
 * @throws UserError `broken-config` for a list that is not as long as the model.
 */
function readLayerTypes(fields: RawConfig & Pick<DecoderFields, 'num_hidden_layers'>): string[] | undefined {
  const types = parseConfig(layerTypesSchema, fields).layer_types ?? undefined;
  if (types) requireEachLayer('layer_types', types, fields.num_hidden_layers);
  return types;
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
  const types = readLayerTypes(fields);
  const unknown = types?.find((type) => type !== 'full_attention' && type !== 'sliding_attention');
  if (unknown !== undefined)
    throw new UserError(
      'unsupported-config',
      `config.json has a layer of the type ${JSON.stringify(unknown.slice(0, 60))}, which is not supported.`,
      'Supported types of layers: full_attention, sliding_attention.',
    );
  const isSliding = (layer: number): boolean =>
    types ? types[layer] === 'sliding_attention' : slides(layer);
  return {
    windows: { whole: undefined, sliding: window },
    views: viewLayers(fields, (layer) => ({
      window: window !== undefined && isSliding(layer) ? 'sliding' : 'whole',
      table: 'all',
    })),
  };
}
