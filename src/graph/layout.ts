import type { Shape, Value } from './graph';
import { gatherRows, reshape, takeRows } from './operators';

/**
 * Where tokens that are kept once belong in the sequences of a batch: a common start is in every sequence,
 * any other token in one, and padding is no token at all. All are int64.
 */
export interface Layout {
  /** [batch, length] the token at each position; padding may name any. */
  readonly tokens: Value;
  /** [tokens] one position of each token, counted through all sequences. */
  readonly places: Value;
  /**
   * [tokens] the same, except that a token of the common start has batch · length plus its position, which
   * means all of its positions.
   */
  readonly allPlaces: Value;
}

/** Copies tokens [tokens, size] to all their positions, [batch, length, size]. The gradient at padding has to be 0. */
export function layOut(a: Value, layout: Layout): Value {
  const { graph } = a;
  const size = a.shape[1]!;
  return graph.differentiate(takeRows(a, layout.tokens), [
    a,
    (g) => {
      const ofLength = graph.node('ReduceSum', [g, graph.ints([0])], ['length', size], {
        attributes: { keepdims: 0 },
      });
      const each = reshape(g, ['places', size]);
      const shape: Shape = ['places and positions', size];
      const both = graph.node('Concat', [each, ofLength], shape, { attributes: { axis: 0 } });
      return takeRows(both, layout.allPlaces);
    },
  ]);
}

/** Undoes layOut: takes the tokens, [tokens, size], out of positions [batch · length, size]. */
export function pickUp(a: Value, layout: Layout): Value {
  return gatherRows(a, layout.places);
}
