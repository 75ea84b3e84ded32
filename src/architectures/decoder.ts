import type { Value } from '../graph/graph';
import { add } from '../graph/operators';
import { attend } from './attention';
import type { DecoderConfig } from './decoderConfig';
import { gatedMlp } from './gatedMlp';
import { rms } from './norms';
import { project, type Pass } from './pass';

/* The parts of a formula that families with Llama's names share. */

export const decoderNames = {
  prefix: 'model.',
  tiedNames: ['model.embed_tokens.weight', 'lm_head.weight'],
} as const;

export function layerName(index: number): string {
  return `model.layers.${index}`;
}

export interface Sublayers {
  readonly attention: (x: Value) => Value;
  readonly feedForward: (x: Value) => Value;
}

/** h = x + attention(norm(x)), then h + feedForward(norm(h)): the layer of the Llama line, on x [tokens, hidden]. */
export function preNormLayer(
  pass: Pass,
  { epsilon }: DecoderConfig,
  index: number,
  x: Value,
  { attention, feedForward }: Sublayers,
): Value {
  const name = layerName(index);
  const h = pass.attended(index, () =>
    add(pass.selectRows(index, x), attention(rms(pass, x, `${name}.input_layernorm`, epsilon))),
  );
  return add(h, feedForward(rms(pass, h, `${name}.post_attention_layernorm`, epsilon)));
}

/**
 * Queries, keys and values of x [tokens, hidden] by three matrices, attention, and the output matrix. `norm`
 * is applied to queries ("q_norm") and keys ("k_norm") before they turn.
 */
export function selfAttention(
  pass: Pass,
  config: DecoderConfig,
  layer: number,
  x: Value,
  norm: (states: Value, name: string) => Value = (states) => states,
): Value {
  const { heads, keyValueHeads, headSize, biases } = config;
  const name = `${layerName(layer)}.self_attn`;
  const part = (matrix: string, count: number): Value =>
    project(pass, x, `${name}.${matrix}`, count * headSize, {
      role: 'attention',
      bias: biases.queryKeyValue,
    });
  const mixed = attend(
    pass,
    {
      queries: norm(part('q_proj', heads), `${name}.q_norm`),
      keys: norm(part('k_proj', keyValueHeads), `${name}.k_norm`),
      values: part('v_proj', keyValueHeads),
    },
    { ...config, ...config.views[layer]!, layer },
  );
  return project(pass, mixed, `${name}.o_proj`, config.hiddenSize, {
    role: 'attention',
    bias: biases.output,
  });
}

/** The layer's gated MLP, [rows, hidden] → [rows, hidden]. */
export function mlp(pass: Pass, config: DecoderConfig, layer: number, x: Value): Value {
  const { innerSize, activation, biases } = config;
  return gatedMlp(pass, x, `${layerName(layer)}.mlp`, { innerSize, activation, bias: biases.mlp });
}
