import { createHash } from 'node:crypto';
import { encodeTensor } from '../../checkpoint/weights/dtypes';
import { haveSameValues } from '../../checkpoint/weights/sameValues';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';
import type { LoadedModel } from '../../engine/loadedModel';
import { visitMatrixRows } from '../matrixRows';
import { commonType, sampleInTypes, type Sample } from './samples';

/**
 * Whether these tensors are the parameters of a model and no others, whatever they are called, in whatever
 * order and float type they are stored, and whatever numbers the tokens have. Reads a few values of each at
 * first, and all of them only where those agree.
 * @throws UserError as openRegularFile; Cancelled.
 */
export async function areTensorsOf(
  model: LoadedModel,
  tensors: readonly TensorInfo[],
  signal?: AbortSignal,
): Promise<boolean> {
  const vocabulary = new Set(model.architecture.tiedNames.flatMap((name) => model.tensors.get(name) ?? []));
  const others = [...new Set(model.tensors.values())].filter((tensor) => !vocabulary.has(tensor));
  const found = await takeSamples(tensors);
  const matched = new Set<TensorInfo>();
  const pairs: [TensorInfo, TensorInfo[]][] = [];
  for (const { tensor, sample } of await takeSamples(others)) {
    const alike = found.filter((other) => areAlike({ tensor, sample }, other)).map((other) => other.tensor);
    if (alike.length === 0) return false;
    pairs.push([tensor, alike]);
  }
  for (const matrix of vocabulary) {
    const holders = await listHolders(matrix, tensors, signal);
    if (holders.length === 0) return false;
    for (const holder of holders) matched.add(holder);
  }
  const options = { allowsRounding: true, signal };
  for (const [tensor, alike] of pairs) {
    const before = matched.size;
    for (const other of alike)
      if (!matched.has(other) && (await haveSameValues(tensor, other, options))) matched.add(other);
    if (matched.size === before && !alike.some((other) => matched.has(other))) return false;
  }
  return tensors.length > 0 && tensors.every((tensor) => matched.has(tensor));
}

interface Sampled {
  readonly tensor: TensorInfo;
  readonly sample: Sample;
}

async function takeSamples(tensors: readonly TensorInfo[]): Promise<Sampled[]> {
  const sampled: Sampled[] = [];
  for (const tensor of tensors) {
    const sample = await sampleInTypes(tensor);
    if (sample) sampled.push({ tensor, sample });
  }
  return sampled;
}

function areAlike(left: Sampled, right: Sampled): boolean {
  const type = commonType(left.tensor, right.tensor);
  return (
    type !== undefined &&
    left.tensor.shape.join() === right.tensor.shape.join() &&
    left.sample[type] === right.sample[type]
  );
}

/** The tensors that have every row of a matrix, in whatever order and beside whatever others. */
async function listHolders(
  matrix: TensorInfo,
  tensors: readonly TensorInfo[],
  signal?: AbortSignal,
): Promise<TensorInfo[]> {
  const [rows, columns] = matrix.shape;
  const holders: TensorInfo[] = [];
  for (const other of tensors) {
    const type = commonType(matrix, other);
    const isWide = other.shape.length === 2 && other.shape[1] === columns && other.shape[0]! >= rows!;
    if (!type || !isWide) continue;
    const digest = (row: Float32Array): string =>
      createHash('sha256').update(encodeTensor(row, type)).digest('base64');
    const digests = new Set<string>();
    await visitMatrixRows(other, (row) => void digests.add(digest(row)), signal);
    let missing = 0;
    await visitMatrixRows(
      matrix,
      (row) => {
        if (!digests.has(digest(row))) missing++;
      },
      signal,
    );
    if (missing === 0) holders.push(other);
  }
  return holders;
}
