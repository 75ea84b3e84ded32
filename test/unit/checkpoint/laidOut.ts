import { open } from 'node:fs/promises';
import type { TensorDtype } from '../../../src/checkpoint/weights/safetensors';

/** A tensor of a file to write; without bytes it is a hole, zeros that take no room on the disk. */
export interface LaidOut {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly byteLength: number;
  readonly bytes?: Uint8Array;
}

/** A hole of so many bytes, a multiple of 4096. */
export function hole(name: string, byteLength: number): LaidOut {
  return { name, dtype: 'F32', shape: [byteLength / 4096, 1024], byteLength };
}

/** Writes a safetensors file whose tensors lie one after the other as they are given. */
export async function writeLaidOut(path: string, tensors: readonly LaidOut[]): Promise<void> {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape, byteLength }) => {
    const begin = end;
    end += byteLength;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Buffer.concat([header, Buffer.alloc((8 - (header.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const start = length.length + padded.length;

  const file = await open(path, 'wx');
  try {
    await file.write(Buffer.concat([length, padded]), 0, start, 0);
    let position = start;
    for (const { bytes, byteLength } of tensors) {
      if (bytes) await file.write(bytes, 0, bytes.length, position);
      position += byteLength;
    }
    await file.truncate(start + end);
  } finally {
    await file.close();
  }
}
