import type { Graph, Value } from '../graph/graph';
import { add, linear } from '../graph/operators';

/** What a parameter is for, so that a recipe can name groups of them. */
export type Role = 'embedding' | 'attention' | 'mlp' | 'norm' | 'head';

/** The tables and positions that turn queries and keys. */
export interface RotaryInputs {
  /** [positions, rotated / 2] */
  readonly cos: Value;
  readonly sin: Value;
  /** [batch, length] int64 */
  readonly positions: Value;
}

/** Keys and values of a layer, [batch, key-value heads, positions, head size]. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

/** What a family's formula asks for while it is written into a graph. Who answers decides what is trained and where weights are. */
export interface Pass {
  readonly graph: Graph;
  /** The parameter of that name; `shape` is what the config says it must be. */
  weight(name: string, shape: readonly number[], role: Role): Value;
  /** Matrices [rank, in] and [out, rank] whose product is trained on top of a weight, if any. */
  lowRank(name: string): { readonly down: Value; readonly up: Value } | undefined;
  rotary(table: string): RotaryInputs;
  /** [length, total] added to attention scores: 0 where a token may look, very negative elsewhere. */
  mask(window: string): Value;
  /** What earlier positions left in this layer, when the pass continues a text. */
  past(layer: number): KeysAndValues | undefined;
  /** Hands over this layer's keys and values, past ones included. */
  keep(layer: number, cache: KeysAndValues): void;
}

/** x · Wᵀ (+ b) for the matrix `NAME.weight` [outSize, in] and, where the family has one, `NAME.bias` [outSize]. */
export function project(
  pass: Pass,
  x: Value,
  name: string,
  outSize: number,
  options: { role: Role; bias?: boolean },
): Value {
  const inSize = x.shape.at(-1) as number;
  let output = linear(x, pass.weight(`${name}.weight`, [outSize, inSize], options.role));
  const delta = pass.lowRank(`${name}.weight`);
  if (delta) output = add(output, linear(linear(x, delta.down), delta.up));
  return options.bias ? add(output, pass.weight(`${name}.bias`, [outSize], options.role)) : output;
}
