import type { Shape, Value } from './graph';
import { gatherRows, reshape, takeRows } from './operators';

/**
 * How tokens that are kept once each lie in the sequences of a batch: what all sequences begin with stands in every one of
 * them, the rest in one, and padding is no token at all. All are int64.
 */
export interface Layout {
  /** [batch, length] which token stands at each place; padding may name any. */
  readonly tokens: Value;
  /** [tokens] a place of each token, counted through all sequences. */
  readonly places: Value;
  /** [tokens] the same; of a token that stands in every sequence batch · length and its position, which means all its places. */
  readonly allPlaces: Value;
}

/** Tokens [tokens, size] at all their places, [batch, length, size]. The gradient at padding has to be 0. */
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

/** Undoes layOut: of places [batch · length, size] those of the tokens, [tokens, size]. */
export function pickUp(a: Value, layout: Layout): Value {
  return gatherRows(a, layout.places);
}
