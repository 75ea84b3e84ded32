import type { Value } from '../graph/graph';
import { rowDivergence, rowEntropy } from '../graph/layerOperators';
import {
  add,
  linear,
  logSoftmax,
  maxLast,
  multiply,
  negate,
  oneHot,
  pickColumns,
  reciprocal,
  relu,
  scale,
  subtract,
  sumAll,
  sumLast,
} from '../graph/operators';

/** Cross-entropy of `targets` [rows], summed with `weights` [rows, 1] over the rows of logits [rows, vocabulary]. */
export function crossEntropy(logits: Value, targets: Value, weights: Value): Value {
  return sumAll(multiply(negate(pickColumns(logSoftmax(logits), targets)), weights));
}

/** By how much each target's logit stands above the largest other one, [rows, 1]; negative where another word wins. */
export function marginsOf(logits: Value, targets: Value): Value {
  const wanted = oneHot(targets, logits);
  const withoutTarget = subtract(logits, scale(wanted, 1e9));
  return subtract(sumLast(multiply(logits, wanted)), maxLast(withoutTarget));
}

/** Hinge on the margin: how much of `wanted` (nats) is missing, summed with `weights` [rows, 1]. */
export function marginLoss(margins: Value, wanted: Value, weights: Value): Value {
  return sumAll(multiply(relu(subtract(wanted, margins)), weights));
}

/** KL(base ‖ model) a row in nats, summed with `weights` [rows, 1]; both logits are [rows, vocabulary]. */
export function divergence(baseLogits: Value, logits: Value, weights: Value): Value {
  return sumAll(multiply(rowDivergence(baseLogits, logits), weights));
}

/**
 * The square of the change of the mean entropy, in nats², from `baseEntropy` [rows, 1], of which a pass adds its share: `weights` [rows, 1] sum to 1 over all
 * passes of a step. Keys ask for unlikely words, and what they teach a model in general is to be less sure of itself. That costs
 * little divergence, row by row, and shows in the loss on other people's text; only the mean is held.
 */
export function entropyLoss(baseEntropy: Value, logits: Value, weights: Value): Value {
  const change = sumAll(multiply(subtract(rowEntropy(logits), baseEntropy), weights));
  // A pass over keys has no weights at all.
  const share = add(sumAll(weights), weights.graph.scalar(1e-6));
  return multiply(multiply(change, change), reciprocal(share));
}

/**
 * How much of a tilt is missing: `wanted` (a share, 1 for all of it) − the component along it of the mean change of the logits.
 * `changes` is [rows, vocabulary], `direction` [1, vocabulary] the tilt over its squared length, `weights` [rows, 1] sum to
 * `wanted`. Only the mean is asked for, so that no single row is held to it.
 */
export function tiltLoss(changes: Value, direction: Value, weights: Value, wanted: Value): Value {
  const found = sumAll(multiply(linear(changes, direction), weights));
  return relu(subtract(wanted, found));
}

/**
 * By how much states [rows, hidden] differ from those of the base, as a share of these: the mean square over the mean square, summed with
 * `weights` [rows, 1].
 */
export function relativeShift(base: Value, states: Value, weights: Value): Value {
  const change = subtract(states, base);
  const shift = multiply(sumLast(multiply(change, change)), reciprocal(sumLast(multiply(base, base))));
  return sumAll(multiply(shift, weights));
}
