import type { Value } from '../graph/graph';
import { multiply, split } from '../graph/operators';
import type { Architecture } from './architecture';
import { attend } from './attention';
import { layerName, preNormLayer } from './decoder';
import {
  decoderSchema,
  headSizeOf,
  readDecoder,
  readWindow,
  type DecoderConfig,
  type DecoderDefaults,
  type DecoderFields,
} from './decoderConfig';
import { llama } from './llama';
import { parseConfig } from './parseConfig';
import { project, type Pass } from './pass';
import { rotatedSize } from './rotaryTable';

const defaults: DecoderDefaults = {
  vocab_size: 32_064,
  hidden_size: 3072,
  intermediate_size: 8192,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  max_position_embeddings: 4096,
  original_max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: false,
};

/** Phi-3 and Phi-4 (Abdin et al. 2024): Llama with queries, keys and values in one matrix, gate and up in another. */
export const phi3: Architecture<DecoderConfig> = {
  ...llama,
  modelTypes: ['phi3'],
  readConfig(raw) {
    const fields = withLongRope(parseConfig(decoderSchema, raw, defaults));
    return readDecoder(fields, {
      window: readWindow(fields),
      rotated: rotatedSize(fields, headSizeOf(fields), 1),
    });
  },
  layer: (pass, config, index, x) =>
    preNormLayer(pass, config, index, x, {
      attention: (normed) => attention(pass, config, index, normed),
      feedForward: (normed) => mlp(pass, config, index, normed),
    }),
};

/** Early configs of this family call its LongRoPE "yarn", which it is not. */
function withLongRope(fields: DecoderFields): DecoderFields {
  const scaling = fields.rope_scaling;
  const isMisnamed = scaling && (scaling.rope_type ?? scaling.type) === 'yarn';
  return isMisnamed ? { ...fields, rope_scaling: { ...scaling, rope_type: 'longrope' } } : fields;
}

function attention(pass: Pass, config: DecoderConfig, layer: number, x: Value): Value {
  const { heads, keyValueHeads, headSize } = config;
  const name = `${layerName(layer)}.self_attn`;
  const sizes = [heads, keyValueHeads, keyValueHeads].map((count) => count * headSize);
  const outSize = (heads + 2 * keyValueHeads) * headSize;
  const all = project(pass, x, `${name}.qkv_proj`, outSize, { role: 'attention' });
  const [queries, keys, values] = split(all, sizes, 1) as [Value, Value, Value];
  const mixed = attend(pass, { queries, keys, values }, { ...config, ...config.views[layer]!, layer });
  return project(pass, mixed, `${name}.o_proj`, config.hiddenSize, { role: 'attention' });
}

function mlp(
  pass: Pass,
  { innerSize, hiddenSize, activation }: DecoderConfig,
  layer: number,
  x: Value,
): Value {
  const name = `${layerName(layer)}.mlp`;
  const both = project(pass, x, `${name}.gate_up_proj`, 2 * innerSize, { role: 'mlp' });
  const [gate, up] = split(both, [innerSize, innerSize], 1) as [Value, Value];
  return project(pass, multiply(activation(gate), up), `${name}.down_proj`, hiddenSize, { role: 'mlp' });
}
