import { add } from '../graph/operators';
import type { Architecture } from './architecture';
import { layerName, mlp, selfAttention } from './decoder';
import {
  attentionBias,
  decoderSchema,
  readBiases,
  readDecoder,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { llama } from './llama';
import { rms } from './norms';
import { parseConfig } from './parseConfig';

const schema = decoderSchema.extend(attentionBias);

const defaults: DecoderDefaults = {
  vocab_size: 50_304,
  hidden_size: 4096,
  intermediate_size: 11_008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: false,
};

/** OLMo 2 (OLMo team 2025): norms come after attention and MLP, not before; queries and keys are normed as a whole. */
export const olmo2: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['olmo2'],
  readConfig(raw) {
    const fields = parseConfig(schema, raw, defaults);
    return { ...readDecoder(fields), ...readBiases({ attention_bias: fields.attention_bias }) };
  },
  layer(pass, config, index, x) {
    const { epsilon } = config;
    const name = layerName(index);
    const h = pass.attended(index, () => {
      const attended = selfAttention(pass, config, index, x, (states, norm) =>
        rms(pass, states, norm, epsilon),
      );
      return add(pass.selectRows(index, x), rms(pass, attended, `${name}.post_attention_layernorm`, epsilon));
    });
    const fed = mlp(pass, config, index, h);
    return add(h, rms(pass, fed, `${name}.post_feedforward_layernorm`, epsilon));
  },
};
