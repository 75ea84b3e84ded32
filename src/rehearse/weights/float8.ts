import { roundToEven } from './symmetricRounding';

/** The largest number of e4m3fn, and the least exponent of one whose first bit is set. */
const largest = 448;
const leastExponent = -6;
const fractionBits = 3;

/**
 * A matrix in 8-bit floating point, e4m3fn with one scale for the whole tensor, as inference servers store weights
 * (Micikevicius et al. 2022, "FP8 formats for deep learning"; per-tensor scaling as in vLLM's `fp8`): divided by its
 * largest magnitude over 448, rounded to the nearest number, halves to even, and multiplied again.
 * @param values [values], finite. They are not changed.
 */
export function roundToFloat8(values: Float32Array): Float32Array<ArrayBuffer> {
  const magnitude = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const rounded = new Float32Array(values.length);
  if (magnitude === 0) return rounded;
  const scale = Math.fround(magnitude / largest);
  for (let i = 0; i < rounded.length; i++) rounded[i] = roundToE4M3(Math.fround(values[i]! / scale)) * scale;
  return rounded;
}

/** The nearest number of e4m3fn; beyond the largest, the largest. */
export function roundToE4M3(value: number): number {
  const size = Math.abs(value);
  if (size === 0) return 0;
  const exponent = Math.max(leastExponent, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - fractionBits);
  return Math.sign(value) * Math.min(largest, roundToEven(size / step) * step);
}
