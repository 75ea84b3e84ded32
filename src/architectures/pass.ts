import type { Graph, Value } from '../graph/graph';
import type { Layout } from '../graph/layout';
import { add, linear, linearTransposed } from '../graph/operators';

/**
 * What a parameter is for, so that a recipe can name groups of them. A router decides which experts a token
 * visits; it is not part of `mlp`, because a changed decision makes the model's output jump.
 */
export type Role = 'embedding' | 'attention' | 'mlp' | 'router' | 'norm' | 'head';

/** The tables by which queries and keys turn with their position, [positions, rotated / 2]. */
export interface RotaryInputs {
  readonly cos: Value;
  readonly sin: Value;
}

/** Keys and values of a layer, [batch, key-value heads, positions, head size]. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

/**
 * A forward pass that a family's formula is being written into. Its implementation decides what is trained
 * and where weights are.
 */
export interface Pass {
  readonly graph: Graph;
  /** The parameter of this name. `shape` is its size by the config, [in, out] for a matrix that is `transposed`. */
  weight(name: string, shape: readonly number[], role: Role, transposed?: boolean): Value;
  /**
   * Matrices `down` [rank, columns] and `up` [rows, rank], if any: up · down is trained on top of a weight
   * [rows, columns].
   */
  lowRank(name: string): { readonly down: Value; readonly up: Value } | undefined;
  /**
   * Where states [tokens, size] belong in the sequences; undefined where they are all positions of all
   * sequences in order.
   */
  readonly layout: Layout | undefined;
  /** The position of each token in its sequence: [batch, length] int64. */
  positions(): Value;
  rotary(table: string): RotaryInputs;
  /**
   * [length, total], for each sequence or for all, added to attention scores: 0 where a token may look, very
   * negative elsewhere.
   */
  mask(window: string): Value;
  /** Keys and values of earlier positions in this layer, when the pass continues a text. */
  past(layer: number): KeysAndValues | undefined;
  /** Hands over this layer's keys and values, without earlier ones. */
  keep(layer: number, cache: KeysAndValues): void;
  /**
   * Selects from states [tokens, size], once nothing in the layer mixes tokens any more, those that something
   * above reads, [rows, size]: fewer than all in the last layer of a pass that needs only some predictions. A
   * layer calls this for the result of its attention and for the states to which that is added.
   */
  selectRows(layer: number, states: Value): Value;
  /**
   * States after a layer's attention, [rows, hidden], from which its MLP continues. A pass that already has
   * them computes nothing.
   */
  attended(layer: number, compute: () => Value): Value;
  /** Told of every matrix that states [rows, in] are multiplied by, where somebody measures them. */
  readonly observe?: ((matrix: string, states: Value) => void) | undefined;
}

interface ProjectOptions {
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
  pass.observe?.(`${name}.weight`, x);
  const delta = pass.lowRank(`${name}.weight`);
  const apply = options.transposed ? linearTransposed : linear;
  let output = apply(x, weight);
  if (delta) {
    const [first, second] = options.transposed ? [delta.up, delta.down] : [delta.down, delta.up];
    output = add(output, apply(apply(x, first), second));
  }
  return options.bias ? add(output, pass.weight(`${name}.bias`, [outSize], options.role)) : output;
}
