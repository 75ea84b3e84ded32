import type { Value } from '../graph/graph';
import type { Architecture } from './architecture';
import { mlp, preNormLayer, selfAttention } from './decoder';
import { attentionBias, readBiases, readDecoder, type DecoderConfig } from './decoderConfig';
import { llama } from './llama';
import { normHeads, rms } from './norms';
import { parseConfig } from './parseConfig';
import type { Pass } from './pass';
import { qwenDefaults, qwenSchema, qwenWindows } from './qwen2';

const schema = qwenSchema.extend(attentionBias);

/** Attention that norms each head's queries and keys before they turn. */
export function qwenAttention(pass: Pass, config: DecoderConfig, layer: number, x: Value): Value {
  const { headSize, epsilon } = config;
  return selfAttention(pass, config, layer, x, (states, name) =>
    normHeads(rms, pass, states, { name, headSize, epsilon }),
  );
}

/** Qwen 3 (Yang et al. 2025): Llama with normed queries and keys. */
export const qwen3: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['qwen3'],
  readConfig(raw) {
    const fields = parseConfig(schema, raw, { ...qwenDefaults, head_dim: 128 });
    return {
      ...readDecoder(fields),
      ...readBiases({ attention_bias: fields.attention_bias }),
      ...qwenWindows(fields),
    };
  },
  layer: (pass, config, index, x) =>
    preNormLayer(pass, config, index, x, {
      attention: (normed) => qwenAttention(pass, config, index, normed),
      feedForward: (normed) => mlp(pass, config, index, normed),
    }),
};
