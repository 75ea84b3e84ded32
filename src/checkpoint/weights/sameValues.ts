import type { FileHandle } from 'node:fs/promises';
import { throwIfCancelled } from '../../common/errors';
import { openRegularFile } from '../../common/regularFile';
import { readExactly } from '../byteRange';
import { bytesOfFloat, decodeTensor, encodeTensor, isFloatDtype, type FloatDtype } from './dtypes';
import type { TensorInfo } from './safetensors';

/** Values compared at once. */
const valuesAtOnce = 1 << 20;

export interface CompareOptions {
  /** The most values that are compared, half of them at the beginning and half at the end; all unless given. */
  readonly mostValues?: number;
  /** Whether numbers also count as the same that are equal once the one is rounded to the type of the other. */
  readonly allowsRounding?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether two tensors hold the same numbers, whatever types they are stored in. Reads both until the first
 * difference; false for other shapes and for types that are not read here.
 * @throws UserError `not-found`, `not-readable` or `truncated-file`; Cancelled.
 */
export async function haveSameValues(
  a: TensorInfo,
  b: TensorInfo,
  { mostValues = Infinity, allowsRounding = false, signal }: CompareOptions = {},
): Promise<boolean> {
  if (!isFloatDtype(a.dtype) || !isFloatDtype(b.dtype)) return false;
  if (a.shape.join() !== b.shape.join()) return false;
  const [left, right] = [await openRegularFile(a.path), await openRegularFile(b.path)];
  try {
    const readers = [readerOf(left, a, a.dtype), readerOf(right, b, b.dtype)] as const;
    const count = a.byteLength / bytesOfFloat[a.dtype];
    for (const [start, length] of stretches(count, mostValues)) {
      throwIfCancelled(signal);
      const [these, those] = await Promise.all(readers.map((read) => read(start, length)));
      if (areEqual(these!, those!)) continue;
      if (!allowsRounding || !areEqualRounded(these!, a.dtype, those!, b.dtype)) return false;
    }
    return true;
  } finally {
    await left.close();
    await right.close();
  }
}

function areEqualRounded(a: Float32Array, typeA: FloatDtype, b: Float32Array, typeB: FloatDtype): boolean {
  return typeA !== typeB && (areEqual(roundTo(typeB, a), b) || areEqual(a, roundTo(typeA, b)));
}

function roundTo(type: FloatDtype, values: Float32Array): Float32Array {
  return type === 'F32' ? values : decodeTensor(encodeTensor(values, type), type);
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}

/** Start and length of the stretches of values to compare. */
function* stretches(count: number, most: number): Generator<readonly [start: number, length: number]> {
  const half = Math.floor(Math.min(most, count) / 2);
  const parts: readonly (readonly [from: number, end: number])[] =
    most >= count
      ? [[0, count]]
      : [
          [0, half],
          [count - half, count],
        ];
  for (const [from, end] of parts)
    for (let start = from; start < end; start += valuesAtOnce)
      yield [start, Math.min(valuesAtOnce, end - start)];
}

/** Reads values of a tensor by their positions in it. */
function readerOf(file: FileHandle, { path, offset }: TensorInfo, dtype: FloatDtype) {
  const size = bytesOfFloat[dtype];
  return async (start: number, length: number): Promise<Float32Array> => {
    const bytes = new Uint8Array(size * length);
    await readExactly(file, path, bytes, offset + size * start);
    return decodeTensor(bytes, dtype);
  };
}
