import type { Value } from '../graph/graph';
import { layOut, pickUp } from '../graph/layout';
import { rotary } from '../graph/layerOperators';
import { add, concat, matmul, reshape, scale, softmax, transpose } from '../graph/operators';
import { softCap } from './activations';
import type { Pass } from './pass';

/** Which positions a layer sees: the names of its attention window and of its rotary table in the config. */
export interface LayerView {
  readonly window: string;
  /** Undefined where queries and keys are not turned by their positions. */
  readonly table: string | undefined;
}

interface AttentionOptions extends LayerView {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly layer: number;
  /** Factor of q · k; 1/√headSize for most families. */
  readonly scoreScale: number;
  /** Bound of the scores, see softCap. */
  readonly scoreCap?: number | undefined;
}

/**
 * Causal attention with grouped key-value heads (Ainslie et al. 2023). Queries [tokens, heads · size], keys
 * and values [tokens, key-value heads · size]; the result is that of the requested tokens, [rows, heads ·
 * size].
 */
export function attend(
  pass: Pass,
  { queries, keys, values }: { queries: Value; keys: Value; values: Value },
  options: AttentionOptions,
): Value {
  const { heads, keyValueHeads, headSize } = options;
  const { layout } = pass;
  const split = (x: Value, count: number): Value =>
    splitHeads(layout ? layOut(x, layout) : x, count, headSize);
  const turn = (x: Value): Value =>
    options.table === undefined
      ? x
      : rotary(x, { ...pass.rotary(options.table), positions: pass.positions() });
  const q = scale(turn(split(queries, heads)), options.scoreScale);
  const { k, v } = withPast(pass, options.layer, {
    k: turn(split(keys, keyValueHeads)),
    v: split(values, keyValueHeads),
  });

  // The heads of a group are adjacent, so a group's queries form one long matrix for its one key head.
  const grouped = reshape(q, ['batch', keyValueHeads, 'grouped', headSize]);
  const products = reshape(matmul(grouped, transpose(k, [0, 1, 3, 2])), ['batch', heads, 'length', 'total']);
  const scores = softCap(products, options.scoreCap);
  const weights = softmax(add(scores, pass.mask(options.window)));
  const mixed = matmul(reshape(weights, ['batch', keyValueHeads, 'grouped', 'total']), v);
  const states = mergeHeads(reshape(mixed, ['batch', heads, 'length', headSize]), heads * headSize);
  return pass.selectRows(options.layer, layout ? pickUp(states, layout) : states);
}

function withPast(pass: Pass, layer: number, { k, v }: { k: Value; v: Value }): { k: Value; v: Value } {
  const past = pass.past(layer);
  const shape = ['batch', k.shape[1]!, 'total', k.shape[3]!];
  const whole = past ? { k: concat(past.keys, k, 2, shape), v: concat(past.values, v, 2, shape) } : { k, v };
  pass.keep(layer, { keys: k, values: v });
  return whole;
}

function splitHeads(x: Value, heads: number, headSize: number): Value {
  return transpose(reshape(x, ['batch', 'length', heads, headSize]), [0, 2, 1, 3]);
}

function mergeHeads(x: Value, size: number): Value {
  return reshape(transpose(x, [0, 2, 1, 3]), ['places', size]);
}
