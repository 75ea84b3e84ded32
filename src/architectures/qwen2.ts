import type { Architecture } from './architecture';
import {
  decoderSchema,
  readDecoder,
  readWindows,
  type DecoderConfig,
  type DecoderDefaults,
  type DecoderFields,
} from './decoderConfig';
import { llama } from './llama';
import { parseConfig } from './parseConfig';

/** Defaults of fields that both Qwen 2 and 3 leave out. */
export const qwenDefaults = {
  num_attention_heads: 32,
  num_key_value_heads: 32,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
  sliding_window: 4096,
  max_window_layers: 28,
} satisfies DecoderDefaults;

/** Layers from `max_window_layers` on have a sliding window, if `use_sliding_window` turns it on. */
export function qwenWindows(fields: DecoderFields): Pick<DecoderConfig, 'windows' | 'views'> {
  const window = fields.use_sliding_window ? (fields.sliding_window ?? undefined) : undefined;
  const first = fields.max_window_layers ?? qwenDefaults.max_window_layers;
  return readWindows(fields, window, (layer) => layer >= first);
}

/** Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases on queries, keys and values. */
export const qwen2: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['qwen2'],
  readConfig(raw) {
    const fields = parseConfig(decoderSchema, raw, qwenDefaults);
    return {
      ...readDecoder(fields),
      ...qwenWindows(fields),
      biases: { queryKeyValue: true, output: false, mlp: false },
    };
  },
};
