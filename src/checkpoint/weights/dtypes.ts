import type { TensorDtype } from './safetensors';

/** The element types whose values are read and written. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

/** Bytes of one element. */
export const bytesOfFloat: Readonly<Record<FloatDtype, number>> = { F32: 4, F16: 2, BF16: 2 };

export function isFloatDtype(dtype: TensorDtype): dtype is FloatDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/**
 * The values of a tensor in float32, in which every F16 and BF16 value is exact. Files and typed arrays are
 * both little endian on every platform where Node.js runs with onnxruntime.
 * @param bytes a whole number of elements. For F32 the result may share its memory.
 * @returns [elements]
 */
export function decodeTensor(bytes: Uint8Array, dtype: FloatDtype): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = align(bytes);
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, length / 4);
  const halves = new Uint16Array(buffer, byteOffset, length / 2);
  const bits = new Uint32Array(halves.length);
  if (dtype === 'BF16') for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  else {
    const table = halfTable();
    for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
  }
  return new Float32Array(bits.buffer);
}

/**
 * Float32 values as bytes of another type, rounded to the nearest value, ties to even (IEEE 754). Values
 * beyond the largest finite one become infinite.
 * @param values [elements]. For F32 the result shares their memory.
 */
export function encodeTensor(values: Float32Array, dtype: FloatDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  if (dtype === 'BF16') for (let i = 0; i < bits.length; i++) halves[i] = toBfloat16(bits[i]!);
  else for (let i = 0; i < bits.length; i++) halves[i] = toFloat16(bits[i]!);
  return new Uint8Array(halves.buffer);
}

/** Typed arrays of 16 and 32 bits need an aligned start; only unaligned bytes are copied. */
function align(bytes: Uint8Array): { buffer: ArrayBuffer; byteOffset: number; length: number } {
  const { buffer, byteOffset, length } = bytes;
  if (byteOffset % 4 === 0 && buffer instanceof ArrayBuffer) return { buffer, byteOffset, length };
  return { buffer: new Uint8Array(bytes).buffer, byteOffset: 0, length };
}

/** float32 bits to bfloat16 bits: the upper half, rounded. */
function toBfloat16(bits: number): number {
  const upper = bits >>> 16;
  if ((bits & 0x7fffffff) > 0x7f800000) return (upper & 0x7f) === 0 ? upper | 0x40 : upper;
  return (bits + 0x7fff + (upper & 1)) >>> 16;
}

/** float32 bits to float16 bits: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
function toFloat16(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 0x200);
  // From 65520 on, the nearest value is infinite.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // From 2^-14 on, the result is normal: change the exponent's bias by 112 and round 13 fraction bits off.
  if (magnitude >= 0x38800000)
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  // Up to 2^-25, half the smallest subnormal, the nearest even value is zero.
  if (magnitude <= 0x33000000) return sign;
  const shift = 126 - (magnitude >>> 23);
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const whole = fraction >>> shift;
  const rest = fraction & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (rest > half || (rest === half && (whole & 1) === 1) ? whole + 1 : whole);
}

let cachedHalfTable: Uint32Array | undefined;

/** [65536] the float32 bits of every float16 bit pattern. */
function halfTable(): Uint32Array {
  if (cachedHalfTable) return cachedHalfTable;
  const table = new Uint32Array(65536);
  for (let half = 0; half < 65536; half++) table[half] = fromFloat16(half);
  return (cachedHalfTable = table);
}

function fromFloat16(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: shift the highest set bit to where float32's hidden bit is.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
