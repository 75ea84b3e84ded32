import type { AttackName } from './attackNames';
import { mergeTensor } from './merging';
import { pruneTensor } from './pruning';
import { roundTensor } from './rounding';

/** One tensor of a copy, and what an attack may know of it. */
export interface AttackedTensor {
  /** [product of the shape] in float32. An attack does not change them. */
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** Whether a matrix is stored as [in, out]; the others are [out, in]. */
  readonly isTransposed: boolean;
  /** Whether it is the embedding or the output matrix. */
  readonly isVocabulary: boolean;
  /** The base's values, in the same shape. */
  readonly readBase: () => Promise<Float32Array>;
}

type Attack = (tensor: AttackedTensor) => Float32Array | Promise<Float32Array>;

/** Pruning leaves the matrices of the vocabulary alone, as is usual: it costs the model most there. */
const attacks: Readonly<Record<AttackName, Attack>> = {
  'rounded-to-8-bits': ({ values, shape, isTransposed }) => roundTensor(values, shape, 8, isTransposed),
  'rounded-to-4-bits': ({ values, shape, isTransposed }) => roundTensor(values, shape, 4, isTransposed),
  'merged-half': async ({ values, readBase }) => mergeTensor(values, await readBase(), 0.5),
  'merged-quarter': async ({ values, readBase }) => mergeTensor(values, await readBase(), 0.25),
  'pruned-fifth': ({ values, shape, isVocabulary }) =>
    shape.length < 2 || isVocabulary ? values : pruneTensor(values, 0.2),
};

/** The values of a tensor after an attack; the given ones themselves where it leaves them alone. */
export async function attackTensor(name: AttackName, tensor: AttackedTensor): Promise<Float32Array> {
  return attacks[name](tensor);
}
