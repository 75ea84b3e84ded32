import type { RandomStream } from '../../common/random';
import { findMagnitude } from './pruning';

/*
 * Merges of what two models learnt beyond their common base: the task vectors t = model − base (Ilharco et al. 2023).
 * All give base + share · t_marked + (1 − share) · t_other, after they thinned the vectors out in their own way. Where
 * there is no other model, it is the base, whose vector is zero. Nothing is divided by the sum of the shares, so that a
 * share keeps its meaning then (`normalize: false` of mergekit).
 */

/** The values of one tensor in the three models, [values] each. */
export interface Merged {
  readonly base: Float32Array;
  readonly marked: Float32Array;
  readonly other: Float32Array;
}

/** Values of a vector that TIES and DARE keep. */
export const keptShare = 0.2;

/** Task arithmetic (Ilharco et al. 2023; `task_arithmetic` of mergekit): the vectors as they are. @param share of the marked model, 0 to 1. */
export function addTaskVectors({ base, marked, other }: Merged, share: number): Float32Array<ArrayBuffer> {
  const merged = new Float32Array(base.length);
  for (let i = 0; i < merged.length; i++)
    merged[i] = base[i]! + share * (marked[i]! - base[i]!) + (1 - share) * (other[i]! - base[i]!);
  return merged;
}

/**
 * TIES (Yadav et al. 2023; `ties` of mergekit with density 0.2): each vector keeps the fifth of its values that is
 * largest in magnitude. Of the weighted rest, values count whose sign is that of their sum; a sum of zero counts as
 * positive.
 * @param share of the marked model, 0 to 1.
 */
export function mergeByTies({ base, marked, other }: Merged, share: number): Float32Array<ArrayBuffer> {
  const [ours, theirs] = [keepLargest(subtract(marked, base)), keepLargest(subtract(other, base))];
  const merged = new Float32Array(base.length);
  for (let i = 0; i < merged.length; i++) {
    const [a, b] = [share * ours[i]!, (1 - share) * theirs[i]!];
    const sign = a + b >= 0 ? 1 : -1;
    merged[i] = base[i]! + (Math.sign(a) === sign ? a : 0) + (Math.sign(b) === sign ? b : 0);
  }
  return merged;
}

/**
 * DARE (Yu et al. 2024; `dare_linear` of mergekit with density 0.2): each value of a vector is dropped with
 * probability 0.8, and the others are divided by 0.2.
 * @param share of the marked model, 0 to 1. @param random draws for the marked model's vector, then for the other's.
 */
export function mergeByDare(
  { base, marked, other }: Merged,
  share: number,
  random: RandomStream,
): Float32Array<ArrayBuffer> {
  const [ours, theirs] = [drop(subtract(marked, base), random), drop(subtract(other, base), random)];
  const merged = new Float32Array(base.length);
  for (let i = 0; i < merged.length; i++) merged[i] = base[i]! + share * ours[i]! + (1 - share) * theirs[i]!;
  return merged;
}

function subtract(model: Float32Array, base: Float32Array): Float32Array {
  if (model.length !== base.length) throw new RangeError('Only tensors of one shape can be merged.');
  return model.map((value, i) => value - base[i]!);
}

function keepLargest(vector: Float32Array): Float32Array {
  const kept = Math.floor(keptShare * vector.length);
  if (kept === 0) return vector;
  const least = findMagnitude(vector, vector.length - kept + 1);
  return vector.map((value) => (Math.abs(value) >= least ? value : 0));
}

function drop(vector: Float32Array, random: RandomStream): Float32Array {
  return vector.map((value) => (random.nextFloat() < keptShare ? value / keptShare : 0));
}
