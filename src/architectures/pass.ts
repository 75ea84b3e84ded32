import type { Graph, Value } from '../graph/graph';
import type { Layout } from '../graph/layout';
import { add, linear, linearTransposed } from '../graph/operators';

/**
 * What a parameter is for, so that a recipe can name groups of them. A router says which experts a token goes to; it stands
 * apart from `mlp` because a changed choice makes the model's output jump.
 */
export type Role = 'embedding' | 'attention' | 'mlp' | 'router' | 'norm' | 'head';

/** The tables that turn queries and keys by their position, [positions, rotated / 2]. */
export interface RotaryInputs {
  readonly cos: Value;
  readonly sin: Value;
}

/** Keys and values of a layer, [batch, key-value heads, positions, head size]. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

/** What a family's formula asks for while it is written into a graph. Who answers decides what is trained and where weights are. */
export interface Pass {
  readonly graph: Graph;
  /** The parameter of that name; `shape` is what the config says it must be, [in, out] of a matrix that is `transposed`. */
  weight(name: string, shape: readonly number[], role: Role, transposed?: boolean): Value;
  /** Matrices `down` [rank, columns] and `up` [rows, rank]; up · down is trained on top of a weight [rows, columns], if any. */
  lowRank(name: string): { readonly down: Value; readonly up: Value } | undefined;
  /** Where states [tokens, size] stand in the sequences; undefined where they are all places of all sequences, one after another. */
  readonly layout: Layout | undefined;
  /** Where each token stands in its sequence: [batch, length] int64. */
  positions(): Value;
  rotary(table: string): RotaryInputs;
  /** [length, total], of each sequence or of all, added to attention scores: 0 where a token may look, very negative elsewhere. */
  mask(window: string): Value;
  /** What earlier positions left in this layer, when the pass continues a text. */
  past(layer: number): KeysAndValues | undefined;
  /** Hands over this layer's keys and values, without past ones. */
  keep(layer: number, cache: KeysAndValues): void;
  /**
   * Of states [tokens, size] that nothing mixes any more within a layer, those that something above reads, [rows, size]: fewer
   * than all in the last layer of a pass of which only some predictions are wanted. A layer asks for what its attention gave
   * and for what that is added to.
   */
  wanted(layer: number, states: Value): Value;
  /** States behind a layer's attention, [rows, hidden], on which its MLP goes on. A pass that has them from before computes nothing. */
  attended(layer: number, compute: () => Value): Value;
}

export interface ProjectOptions {
  readonly role: Role;
  readonly bias?: boolean;
  /** Whether the matrix is stored as [in, out], as GPT-2's "Conv1D" layers do. */
  readonly transposed?: boolean;
}

/** x · Wᵀ (+ b) for the matrix `NAME.weight` [outSize, in] and, where the family has one, `NAME.bias` [outSize]. */
export function project(pass: Pass, x: Value, name: string, outSize: number, options: ProjectOptions): Value {
  const inSize = x.shape.at(-1) as number;
  const shape = options.transposed ? [inSize, outSize] : [outSize, inSize];
  const weight = pass.weight(`${name}.weight`, shape, options.role, options.transposed);
  const delta = pass.lowRank(`${name}.weight`);
  const apply = options.transposed ? linearTransposed : linear;
  let output = apply(x, weight);
  if (delta) {
    const [first, second] = options.transposed ? [delta.up, delta.down] : [delta.down, delta.up];
    output = add(output, apply(apply(x, first), second));
  }
  return options.bias ? add(output, pass.weight(`${name}.bias`, [outSize], options.role)) : output;
}
