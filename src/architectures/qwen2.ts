import * as z from 'zod';
import type { Architecture } from './architecture';
import {
  decoderSchema,
  readDecoder,
  readWindow,
  readWindows,
  type DecoderConfig,
  type DecoderDefaults,
  type DecoderFields,
} from './decoderConfig';
import { llama } from './llama';
import { parseConfig } from './parseConfig';

export const qwenSchema = decoderSchema.extend({ use_sliding_window: z.boolean().default(false) });

/** Defaults of fields that Qwen 2 and 3 leave out, with experts and without. */
export const qwenFields = {
  num_attention_heads: 32,
  num_key_value_heads: 32,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
  sliding_window: 4096,
  max_window_layers: 28,
};

const sizes = { vocab_size: 151_936, hidden_size: 4096, intermediate_size: 22_016, num_hidden_layers: 32 };
export const qwenDefaults = { ...sizes, ...qwenFields } satisfies DecoderDefaults;

const firstLayerSchema = z.looseObject({ max_window_layers: z.number().int().nullish() });

/** Layers from `max_window_layers` on have a sliding window, if `use_sliding_window` turns it on. */
export function qwenWindows(
  fields: DecoderFields & { readonly use_sliding_window: boolean },
): Pick<DecoderConfig, 'windows' | 'views'> {
  if (!fields.use_sliding_window) return readWindows(fields, undefined, () => false);
  const first = parseConfig(firstLayerSchema, fields).max_window_layers ?? qwenFields.max_window_layers;
  return readWindows(fields, readWindow(fields), (layer) => layer >= first);
}

/** Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases on queries, keys and values. */
export const qwen2: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['qwen2'],
  readConfig(raw) {
    const fields = parseConfig(qwenSchema, raw, qwenDefaults);
    return {
      ...readDecoder(fields),
      ...qwenWindows(fields),
      biases: { queryKeyValue: true, output: false, mlp: false },
    };
  },
};
