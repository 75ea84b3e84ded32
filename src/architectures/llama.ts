import type { Architecture } from './architecture';
import { decoderNames, mlp, preNormLayer, selfAttention } from './decoder';
import {
  allBiases,
  decoderSchema,
  readBiases,
  readDecoder,
  type DecoderConfig,
  type DecoderDefaults,
} from './decoderConfig';
import { rms } from './norms';
import { parseConfig } from './parseConfig';
import { embedTokens, tokenLogits } from './vocabulary';

const schema = decoderSchema.extend(allBiases);

const defaults: DecoderDefaults = {
  vocab_size: 32_000,
  hidden_size: 4096,
  intermediate_size: 11_008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
};

/** Llama 1 to 3 (Touvron et al. 2023; Grattafiori et al. 2024) and the many checkpoints that use its code. */
export const llama: Architecture<DecoderConfig> = {
  modelTypes: ['llama'],
  ...decoderNames,
  readConfig(raw) {
    const fields = parseConfig(schema, raw, defaults);
    return { ...readDecoder(fields), ...readBiases(fields) };
  },

  mlpFollowsAttention: () => true,
  embed: (pass, config, ids) => embedTokens(pass, config, ids, decoderNames.tiedNames),
  layer: (pass, config, index, x) =>
    preNormLayer(pass, config, index, x, {
      attention: (normed) => selfAttention(pass, config, index, normed),
      feedForward: (normed) => mlp(pass, config, index, normed),
    }),
  finalNorm: (pass, config, x) => rms(pass, x, 'model.norm', config.epsilon),
  logits: (pass, config, normed) => tokenLogits(pass, config, normed, decoderNames.tiedNames),
};
