// Reproducible random values in the bytes of a checkpoint's dtype.

export type Dtype = 'BF16' | 'F32';

export const bytesOfValue: Readonly<Record<Dtype, number>> = { BF16: 2, F32: 4 };

/** A source of values from 0 to 1. */
export type Random = () => number;

/** Values to fill tensors from, in the bytes of the dtype. */
export interface Pool {
  readonly normal: Buffer;
  readonly ones: Buffer;
}

/** A million normal values with deviation 0.02, by Box and Muller, and as many ones. */
export function makePool(random: Random, dtype: Dtype): Pool {
  const count = 2 ** 20;
  const normal = Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return 0.02 * radius * Math.cos(2 * Math.PI * random());
  });
  return { normal: encode(normal, dtype), ones: encode(new Float32Array(count).fill(1), dtype) };
}

function encode(values: Float32Array<ArrayBuffer>, dtype: Dtype): Buffer {
  if (dtype === 'F32') return Buffer.from(values.buffer);
  // The upper half of a float32, truncated: random values need no rounding.
  const bits = new Uint32Array(values.buffer);
  return Buffer.from(Uint16Array.from(bits, (value) => value >>> 16).buffer);
}

/** Mulberry32: values from 0 to 1, the same for the same start. */
export function makeRandom(start: number): Random {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
