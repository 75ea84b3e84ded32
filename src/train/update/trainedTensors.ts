import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import { readTensor } from '../../checkpoint/weights/tensorData';
import type { ChangedTensors } from '../../checkpoint/writer';
import { RandomStream, deriveKey } from '../../common/random';
import { storedCopies, type LoadedModel } from '../../engine/loadedModel';
import { lowRankNames, type Trained } from '../../engine/modelPass';
import type { AddedProduct } from '../addedProduct';

/** A trained input of the step graph and its present values in float32. */
export interface TrainedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Start values: a whole parameter as stored; for a low-rank update one random matrix and one of zeros, so
 * that nothing changes yet.
 */
export async function startValues(
  model: LoadedModel,
  trained: ReadonlyMap<string, Trained>,
  inputs: readonly { readonly name: string; readonly shape: readonly number[] }[],
  seed: Uint8Array,
): Promise<TrainedTensor[]> {
  const result: TrainedTensor[] = [];
  for (const { name, shape } of inputs) {
    const values = trained.has(name)
      ? await readTensor(model.tensors.get(name)!)
      : startOfLowRank(name, shape, seed);
    result.push({ name, shape, values });
  }
  return result;
}

function startOfLowRank(name: string, shape: readonly number[], seed: Uint8Array): Float32Array {
  const size = shape.reduce((product, n) => product * n, 1);
  if (name.endsWith('.up')) return new Float32Array(size);
  const random = new RandomStream(deriveKey(seed, `start/${name}`));
  const width = shape[1]! ** -0.5;
  return Float32Array.from({ length: size }, () => (2 * random.nextFloat() - 1) * width);
}

/**
 * The new content of every changed tensor of the checkpoint, or piece of one: whole parameters as they are;
 * low-rank updates are added to their matrix when it is requested.
 */
export function changedTensors(
  model: LoadedModel,
  trained: ReadonlyMap<string, Trained>,
  values: readonly TrainedTensor[],
  added?: AddedProduct,
): ChangedTensors {
  const byName = new Map(values.map((tensor) => [tensor.name, tensor]));
  const changed = new Map<TensorInfo, () => Promise<Float32Array>>();
  for (const [name, { kind }] of trained) {
    const stored = model.tensors.get(name)!;
    if (kind === 'whole') {
      const { values: present } = byName.get(name)!;
      for (const copy of storedCopies(model, name)) changed.set(copy, () => Promise.resolve(present));
    } else {
      const { up, down } = lowRankNames(name);
      changed.set(stored, mergeLater(stored, byName.get(up)!, byName.get(down)!));
    }
  }
  if (added) addTo(changed, model, added);
  return changed;
}

/** Adds the product to what becomes of its matrix, under every name that this is stored by. */
function addTo(
  changed: Map<TensorInfo, () => Promise<Float32Array>>,
  model: LoadedModel,
  { name, down, up }: AddedProduct,
): void {
  for (const copy of storedCopies(model, name)) {
    const read = changed.get(copy) ?? (() => readTensor(model.tensors.get(name)!));
    changed.set(copy, async () => {
      const matrix = (await read()).slice();
      addProduct(matrix, { shape: [up.length, 1], values: up }, { shape: [1, down.length], values: down });
      return matrix;
    });
  }
}

function mergeLater(stored: TensorInfo, up: TrainedTensor, down: TrainedTensor): () => Promise<Float32Array> {
  return async () => {
    const matrix = await readTensor(stored);
    addProduct(matrix, up, down);
    return matrix;
  };
}

type Matrix = Pick<TrainedTensor, 'shape' | 'values'>;

/** matrix [out, in] += up [out, rank] · down [rank, in] */
function addProduct(matrix: Float32Array, up: Matrix, down: Matrix): void {
  const [outSize, rank] = up.shape as [number, number];
  const inSize = down.shape[1]!;
  for (let row = 0; row < outSize; row++)
    for (let r = 0; r < rank; r++) {
      const factor = up.values[row * rank + r]!;
      for (let column = 0; column < inSize; column++)
        matrix[row * inSize + column]! += factor * down.values[r * inSize + column]!;
    }
}
