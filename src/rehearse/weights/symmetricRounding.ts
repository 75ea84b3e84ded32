import { blockLength, isRounded, transposeStack } from './rounding';

/**
 * A tensor whose matrices are rounded to the nearest whole number of bits in groups of 32 inputs with one scale each,
 * the largest magnitude over 2^(bits − 1) − 1 (round-to-nearest, the baseline of GPTQ, Frantar et al. 2023). Halves go
 * to the even number, and all arithmetic is in float32, as torch computes it. Tensors that isRounded says no to stay
 * as they are.
 * @param values [… × outputs × inputs], or [… × inputs × outputs] where it is transposed. @param bits 2 to 8.
 */
export function roundSymmetrically(
  values: Float32Array,
  shape: readonly number[],
  bits: number,
  isTransposed = false,
): Float32Array {
  if (!isRounded(shape, isTransposed)) return values;
  if (!isTransposed) return roundGroups(values, bits);
  const [inputs, outputs] = [shape.at(-2)!, shape.at(-1)!];
  return transposeStack(roundGroups(transposeStack(values, inputs, outputs), bits), outputs, inputs);
}

function roundGroups(values: Float32Array, bits: number): Float32Array<ArrayBuffer> {
  const top = 2 ** (bits - 1) - 1;
  const rounded = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += blockLength) {
    let largest = 0;
    for (let i = start; i < start + blockLength; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = Math.fround(Math.fround(largest / top) + 1e-12);
    for (let i = start; i < start + blockLength; i++) {
      const whole = roundToEven(Math.fround(values[i]! / scale));
      rounded[i] = Math.min(top, Math.max(-top - 1, whole)) * scale;
    }
  }
  return rounded;
}

/** The nearest whole number; of two the even one. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
