import { UserError } from '../../common/errors';
import { openRegularFile } from '../../common/regularFile';
import { readExactly } from '../byteRange';
import { decodeTensor, isFloatDtype } from './dtypes';
import { quoteName, type TensorInfo } from './safetensors';

/**
 * The bytes of one tensor as its file stores them.
 * @throws UserError `not-found`, `not-readable` or `truncated-file`.
 */
export async function readTensorBytes(info: TensorInfo): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(info.byteLength);
  const file = await openRegularFile(info.path);
  try {
    await readExactly(file, info.path, bytes, info.offset);
  } finally {
    await file.close();
  }
  return bytes;
}

/**
 * The values of one tensor in float32, flat, the last dimension fastest.
 * @returns [product of the shape]
 * @throws UserError `unsupported-dtype`, and as {@link readTensorBytes}.
 */
export async function readTensor(info: TensorInfo): Promise<Float32Array<ArrayBuffer>> {
  const { dtype } = info;
  if (!isFloatDtype(dtype))
    throw new UserError(
      'unsupported-dtype',
      `Tensor ${quoteName(info.name)} is stored as ${dtype}; only F32, F16 and BF16 can be read.`,
      'Save the checkpoint again as float32, float16 or bfloat16.',
    );
  return decodeTensor(await readTensorBytes(info), dtype);
}
