import type { Value } from '../graph/graph';
import { rowDivergence } from '../graph/layerOperators';
import { logSoftmax, multiply, negate, pickColumns, sumAll } from '../graph/operators';

/** Cross-entropy of `targets` [rows], summed with `weights` [rows, 1] over the rows of logits [rows, vocabulary]. */
export function crossEntropy(logits: Value, targets: Value, weights: Value): Value {
  return sumAll(multiply(negate(pickColumns(logSoftmax(logits), targets)), weights));
}

/** KL(base ‖ model) of each row in nats, summed with `weights` [rows, 1]; both logits are [rows, vocabulary]. */
export function divergence(baseLogits: Value, logits: Value, weights: Value): Value {
  return sumAll(multiply(rowDivergence(baseLogits, logits), weights));
}
