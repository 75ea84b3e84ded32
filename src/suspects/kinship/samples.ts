import { createHash } from 'node:crypto';
import { readExactly } from '../../checkpoint/byteRange';
import { openRegularFile } from '../../common/regularFile';
import {
  bytesOfFloat,
  decodeTensor,
  encodeTensor,
  isFloatDtype,
  type FloatDtype,
} from '../../checkpoint/weights/dtypes';
import type { TensorInfo } from '../../checkpoint/weights/safetensors';

/** Values at the start of a tensor that tell most different ones apart. */
const sampleValues = 1024;

/** Digests of the values at the start of a tensor, rounded to each type. */
export type Sample = Readonly<Record<FloatDtype, string>>;

/**
 * Undefined for a tensor whose values cannot be read.
 * @throws UserError as openRegularFile and readExactly.
 */
export async function sampleInTypes({
  path,
  offset,
  byteLength,
  dtype,
}: TensorInfo): Promise<Sample | undefined> {
  if (!isFloatDtype(dtype)) return undefined;
  const bytes = new Uint8Array(Math.min(sampleValues * bytesOfFloat[dtype], byteLength));
  const file = await openRegularFile(path);
  try {
    await readExactly(file, path, bytes, offset);
  } finally {
    await file.close();
  }
  const values = decodeTensor(bytes, dtype);
  const digest = (type: FloatDtype): string =>
    createHash('sha256').update(encodeTensor(values, type)).digest('base64');
  return { F32: digest('F32'), F16: digest('F16'), BF16: digest('BF16') };
}

/** The type in which two tensors are compared: the one of 16 bits, if either has it. */
export function commonType(left: TensorInfo, right: TensorInfo): FloatDtype | undefined {
  if (!isFloatDtype(left.dtype) || !isFloatDtype(right.dtype)) return undefined;
  return right.dtype === 'F32' ? left.dtype : right.dtype;
}
