import { forEachChunk } from '../checkpoint/byteRange';
import { openRegularFile } from '../common/regularFile';
import { decodeTensor, isFloatDtype } from '../checkpoint/weights/dtypes';
import type { TensorInfo } from '../checkpoint/weights/safetensors';

const bytesAtOnce = 8 * 2 ** 20;

/**
 * Calls `visit` with every row of a matrix of floats, [columns] in float32, in order. Reads it once.
 * @throws UserError as openRegularFile; Cancelled.
 */
export async function visitMatrixRows(
  matrix: TensorInfo,
  visit: (row: Float32Array, index: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { dtype, path, offset, byteLength, shape } = matrix;
  if (!isFloatDtype(dtype) || byteLength === 0) return;
  const rowBytes = byteLength / shape[0]!;
  const buffer = new Uint8Array(rowBytes * Math.max(1, Math.floor(bytesAtOnce / rowBytes)));
  const file = await openRegularFile(path);
  let index = 0;
  try {
    await forEachChunk(
      { file, path, position: offset, length: byteLength },
      (chunk) => {
        for (let start = 0; start < chunk.length; start += rowBytes)
          visit(decodeTensor(chunk.slice(start, start + rowBytes), dtype), index++);
      },
      { signal, buffer },
    );
  } finally {
    await file.close();
  }
}
