import type { Architecture } from './architecture';
import {
  decoderSchema,
  readDecoder,
  readWindow,
  readWindows,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { llama } from './llama';
import { parseConfig } from './parseConfig';

const defaults: DecoderDefaults = {
  vocab_size: 32_000,
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  max_position_embeddings: 131_072,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
  sliding_window: 4096,
};

/** Mistral (Jiang et al. 2023): Llama whose layers see the last `sliding_window` positions. */
export const mistral: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['mistral'],
  readConfig(raw) {
    const fields = parseConfig(decoderSchema, raw, defaults);
    const window = readWindow(fields);
    const config = readDecoder(fields, { window });
    // transformers takes a Mistral with this list for a Ministral, whose layers differ.
    return fields.layer_types ? { ...config, ...readWindows(fields, window, () => true) } : config;
  },
};
