import * as z from 'zod';
import { mostLayers } from '../checkpoint/limits';
import type { Architecture } from './architecture';
import {
  allBiases,
  decoderSchema,
  readBiases,
  readDecoder,
  readWindow,
  readWindows,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { llama } from './llama';
import { parseConfig, requireEachLayer } from './parseConfig';

const schema = decoderSchema.extend({
  ...allBiases,
  use_sliding_window: z.boolean().default(false),
  /** 1 for each layer with rotary positions, 0 for each without. */
  no_rope_layers: z.array(z.number().int()).max(mostLayers).nullish(),
});

/** Read where that list is missing. */
const intervalSchema = z.looseObject({ no_rope_layer_interval: z.number().int().positive().default(4) });

const defaults: DecoderDefaults = {
  vocab_size: 128_256,
  hidden_size: 2048,
  intermediate_size: 11_008,
  num_hidden_layers: 36,
  num_attention_heads: 16,
  num_key_value_heads: 4,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: true,
};

/** Whether each layer has rotary positions. */
function listTurning(fields: z.infer<typeof schema>): boolean[] {
  const { no_rope_layers: list, num_hidden_layers: count } = fields;
  if (list) {
    requireEachLayer('no_rope_layers', list.slice(0, count), count);
    return list.map((turns) => turns !== 0);
  }
  const { no_rope_layer_interval: interval } = parseConfig(intervalSchema, fields);
  return Array.from({ length: count }, (_, layer) => (layer + 1) % interval !== 0);
}

/** SmolLM 3 (Bakouch et al. 2025): Llama in which every fourth layer has no rotary positions. */
export const smollm3: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['smollm3'],
  readConfig(raw) {
    const fields = parseConfig(schema, raw, defaults);
    const turning = listTurning(fields);
    const turns = (layer: number): boolean => turning[layer]!;
    const window = fields.use_sliding_window ? readWindow(fields) : undefined;
    const { windows, views } = readWindows(fields, window, (layer) => !turns(layer));
    return {
      ...readDecoder(fields, { theta: 2_000_000 }),
      ...readBiases(fields),
      windows,
      views: views.map((view, layer) => (turns(layer) ? view : { ...view, table: undefined })),
    };
  },
};
