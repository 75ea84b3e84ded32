import { createHash } from 'node:crypto';
import { readExactly } from '../../checkpoint/byteRange';
import { openRegularFile } from '../../common/regularFile';
import { throwIfCancelled } from '../../common/errors';
import { decodeTensor, encodeTensor, isFloatDtype, type FloatDtype } from '../../checkpoint/weights/dtypes';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';

const bytesOf: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };
/** Values compared at once. */
const pieceValues = 1 << 20;
/** Values at the start of a tensor that tell most different ones apart. */
const sampleValues = 1024;

/**
 * Whether two tensors hold the same values, in whatever type each is stored: equal as they are, or equal once
 * the one is rounded to the type of the other.
 * @throws UserError as openRegularFile; Cancelled.
 */
export async function haveEqualValues(
  left: TensorInfo,
  right: TensorInfo,
  signal?: AbortSignal,
): Promise<boolean> {
  const types = typesOf(left, right);
  if (!types || !haveEqualShapes(left, right)) return false;
  const count = left.byteLength / bytesOf[types[0]];
  for (let from = 0; from < count; from = from === 0 ? sampleValues : from + pieceValues) {
    const size = Math.min(from === 0 ? sampleValues : pieceValues, count - from);
    throwIfCancelled(signal);
    const [a, b] = [
      await readValues(left, types[0], from, size),
      await readValues(right, types[1], from, size),
    ];
    if (!areRoundedAlike(a, types[0], b, types[1])) return false;
  }
  return true;
}

/** Digests of the values at the start of a tensor, rounded to each type. */
export type Sample = Readonly<Record<FloatDtype, string>>;

/** Undefined for a tensor whose values cannot be read. */
export async function sampleInTypes(tensor: TensorInfo): Promise<Sample | undefined> {
  const { dtype } = tensor;
  if (!isFloatDtype(dtype)) return undefined;
  const size = Math.min(sampleValues, tensor.byteLength / bytesOf[dtype]);
  const values = await readValues(tensor, dtype, 0, size);
  const digest = (type: FloatDtype): string =>
    createHash('sha256').update(encodeTensor(values, type)).digest('base64');
  return { F32: digest('F32'), F16: digest('F16'), BF16: digest('BF16') };
}

export function haveEqualShapes(left: TensorInfo, right: TensorInfo): boolean {
  return (
    left.shape.length === right.shape.length && left.shape.every((size, axis) => size === right.shape[axis])
  );
}

/** The type in which two tensors are compared: the one of 16 bits, if either has it. */
export function commonType(left: TensorInfo, right: TensorInfo): FloatDtype | undefined {
  const types = typesOf(left, right);
  return types && (types[1] === 'F32' ? types[0] : types[1]);
}

function typesOf(left: TensorInfo, right: TensorInfo): [FloatDtype, FloatDtype] | undefined {
  return isFloatDtype(left.dtype) && isFloatDtype(right.dtype) ? [left.dtype, right.dtype] : undefined;
}

async function readValues(
  { path, offset }: TensorInfo,
  type: FloatDtype,
  from: number,
  size: number,
): Promise<Float32Array> {
  const bytes = new Uint8Array(size * bytesOf[type]);
  const file = await openRegularFile(path);
  try {
    await readExactly(file, path, bytes, offset + from * bytesOf[type]);
  } finally {
    await file.close();
  }
  return decodeTensor(bytes, type);
}

function areRoundedAlike(a: Float32Array, typeA: FloatDtype, b: Float32Array, typeB: FloatDtype): boolean {
  if (areEqual(a, b)) return true;
  if (typeA === typeB) return false;
  return areEqual(round(a, typeB), b) || areEqual(a, round(b, typeA));
}

function round(values: Float32Array, type: FloatDtype): Float32Array {
  return type === 'F32' ? values : decodeTensor(encodeTensor(values, type), type);
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i]) && a[i] !== b[i]) return false;
  return a.length === b.length;
}
