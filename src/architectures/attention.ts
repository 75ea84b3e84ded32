import type { Value } from '../graph/graph';
import { add, concat, matmul, reshape, rotary, scale, softmax, transpose } from '../graph/operators';
import type { Pass } from './pass';

export interface AttentionShape {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

export interface AttentionOptions extends AttentionShape {
  readonly layer: number;
  /** Name of the rotary table and of the attention window, as the config lists them. */
  readonly table: string;
  readonly window: string;
  /** What q · k is multiplied with; 1/√headSize for most families. */
  readonly scoreScale: number;
}

/**
 * Causal attention with grouped key-value heads (Ainslie et al. 2023) and rotary positions. Queries [tokens, heads · size],
 * keys and values [tokens, key-value heads · size]; the result is [tokens, heads · size].
 */
export function attend(
  pass: Pass,
  { queries, keys, values }: { queries: Value; keys: Value; values: Value },
  options: AttentionOptions,
): Value {
  const { heads, keyValueHeads, headSize } = options;
  const turn = pass.rotary(options.table);
  const q = scale(rotary(splitHeads(queries, heads, headSize), turn), options.scoreScale);
  const { k, v } = withPast(pass, options.layer, {
    k: rotary(splitHeads(keys, keyValueHeads, headSize), turn),
    v: splitHeads(values, keyValueHeads, headSize),
  });

  // The heads of a group lie beside each other, so a group's queries can be one long matrix against its one key head.
  const grouped = reshape(q, ['batch', keyValueHeads, 'grouped', headSize]);
  const scores = reshape(matmul(grouped, transpose(k, [0, 1, 3, 2])), ['batch', heads, 'length', 'total']);
  const weights = softmax(add(scores, pass.mask(options.window)));
  const mixed = matmul(reshape(weights, ['batch', keyValueHeads, 'grouped', 'total']), v);
  return mergeHeads(reshape(mixed, ['batch', heads, 'length', headSize]), heads * headSize);
}

function withPast(pass: Pass, layer: number, { k, v }: { k: Value; v: Value }): { k: Value; v: Value } {
  const past = pass.past(layer);
  const shape = ['batch', k.shape[1]!, 'total', k.shape[3]!];
  const whole = past ? { k: concat(past.keys, k, 2, shape), v: concat(past.values, v, 2, shape) } : { k, v };
  pass.keep(layer, { keys: whole.k, values: whole.v });
  return whole;
}

function splitHeads(x: Value, heads: number, headSize: number): Value {
  return transpose(reshape(x, ['batch', 'length', heads, headSize]), [0, 2, 1, 3]);
}

function mergeHeads(x: Value, size: number): Value {
  return reshape(transpose(x, [0, 2, 1, 3]), ['tokens', size]);
}
