import type { FileHandle } from 'node:fs/promises';
import { UserError } from '../../common/errors';
import { openRegularFile } from '../../common/regularFile';
import { forEachChunk, newChunkBuffer } from '../byteRange';
import { groupByFile, type Checkpoint } from '../checkpoint';
import { isFloatDtype, type FloatDtype } from './dtypes';
import { quoteName, type TensorInfo } from './safetensors';

/**
 * The exponent bits in a 32-bit word that holds one float32 or two 16-bit values. A value is infinite or not
 * a number exactly when all its exponent bits are set (IEEE 754); adding their lowest bit then carries into
 * the sign bit.
 */
interface ExponentBits {
  readonly exponents: number;
  readonly lowest: number;
  readonly carries: number;
}

const exponentBits: Readonly<Record<FloatDtype, ExponentBits>> = {
  F32: { exponents: 0x7f800000, lowest: 0x00800000, carries: 0x80000000 },
  F16: { exponents: 0x7c007c00, lowest: 0x04000400, carries: 0x80008000 },
  BF16: { exponents: 0x7f807f80, lowest: 0x00800080, carries: 0x80008000 },
};

/**
 * Reads every weight once, in chunks, and throws at the first one that is infinite or not a number.
 * @throws UserError `not-finite`; Cancelled.
 */
export async function assertFinite(checkpoint: Checkpoint, signal?: AbortSignal): Promise<void> {
  const reading = { signal, buffer: newChunkBuffer() };
  for (const [path, tensors] of groupByFile(checkpoint)) {
    const file = await openRegularFile(path);
    try {
      for (const info of tensors) await assertFiniteTensor(file, info, reading);
    } finally {
      await file.close();
    }
  }
}

async function assertFiniteTensor(
  file: FileHandle,
  info: TensorInfo,
  reading: Parameters<typeof forEachChunk>[2],
): Promise<void> {
  if (!isFloatDtype(info.dtype)) return;
  const bits = exponentBits[info.dtype];
  const source = { file, path: info.path, position: info.offset, length: info.byteLength };
  await forEachChunk(
    source,
    (chunk) => {
      // Left-over values of the chunk before complete a last half word; they were finite.
      if (areFinite(new Uint32Array(chunk.buffer, 0, Math.ceil(chunk.length / 4)), bits)) return;
      throw new UserError(
        'not-finite',
        `Tensor ${quoteName(info.name)} in ${info.path} contains a value that is infinite or not a number.`,
        'A model with such weights cannot be used: download the checkpoint again, or fix the training run that made it.',
      );
    },
    reading,
  );
}

function areFinite(words: Uint32Array, { exponents, lowest, carries }: ExponentBits): boolean {
  let sums = 0;
  // Several times faster than for-of, which uses the iterator.
  for (let i = 0, count = words.length; i < count; i++) sums |= (words[i]! & exponents) + lowest;
  return (sums & carries) === 0;
}
