import { decodeTensor, encodeTensor } from '../../checkpoint/weights/dtypes';

/** To how many bits a weight is rounded: `q8_0` or `q4_0` of llama.cpp. */
export type RoundingBits = 8 | 4;

/** Values that share a scale. */
export const blockLength = 32;

/**
 * Rounds consecutive blocks of 32 values as llama.cpp's reference code for `q8_0` and `q4_0` does (ggml-quants.c,
 * quantize_row_…_ref) and gives what it reads back: whole numbers times a scale in half precision. With 8 bits
 * they go from −127 to 127. With 4 bits they go from −8 to 7, and −8 stands for the value of largest magnitude.
 * @param values [32 × blocks], finite. They are not changed.
 * @returns [32 × blocks]
 */
export function roundBlocks(values: Float32Array, bits: RoundingBits): Float32Array<ArrayBuffer> {
  if (values.length % blockLength !== 0) throw new RangeError('Values have to come in whole blocks.');
  const rounded = new Float32Array(values.length);
  const scales = new Float32Array(values.length / blockLength);
  const round = bits === 8 ? roundTo8Bits : roundTo4Bits;
  for (let block = 0; block < scales.length; block++) scales[block] = round(values, rounded, block);
  const stored = decodeTensor(encodeTensor(scales, 'F16'), 'F16');
  for (let i = 0; i < rounded.length; i++) rounded[i]! *= stored[Math.floor(i / blockLength)]!;
  return rounded;
}

/** Whether a tensor is rounded: a matrix, or a stack of them, whose inputs come in whole blocks. Others stay as they are, as llama.cpp leaves norms and biases. */
export function isRounded(shape: readonly number[], isTransposed = false): boolean {
  const inputs = shape.at(isTransposed ? -2 : -1);
  return shape.length >= 2 && inputs !== undefined && inputs % blockLength === 0;
}

/**
 * A tensor with every row of its matrices rounded in blocks of 32 along the input dimension; the values of one
 * that isRounded says no to, unchanged.
 * @param values [… × outputs × inputs], or [… × inputs × outputs] where it is transposed, as GPT-2 stores them.
 * @returns the same shape; the given array itself where nothing is rounded.
 */
export function roundTensor(
  values: Float32Array,
  shape: readonly number[],
  bits: RoundingBits,
  isTransposed = false,
): Float32Array {
  if (!isRounded(shape, isTransposed)) return values;
  if (!isTransposed) return roundBlocks(values, bits);
  const [inputs, outputs] = [shape.at(-2)!, shape.at(-1)!];
  return transposeStack(roundBlocks(transposeStack(values, inputs, outputs), bits), outputs, inputs);
}

/** A stack of matrices [… × rows × columns] as [… × columns × rows]. */
export function transposeStack(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += rows * columns)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        turned[start + column * rows + row] = values[start + row * columns + column]!;
  return turned;
}

/** Writes the whole numbers of a block; returns its scale, in float32. */
function roundTo8Bits(values: Float32Array, rounded: Float32Array, block: number): number {
  const start = block * blockLength;
  const scale = Math.fround(Math.abs(findLargest(values, start)) / 127);
  const inverse = invert(scale);
  for (let i = start; i < start + blockLength; i++) {
    const scaled = Math.fround(values[i]! * inverse);
    // As C's roundf: halves away from zero. A whole number knows no negative zero.
    const whole = Math.floor(Math.abs(scaled) + 0.5);
    rounded[i] = scaled < 0 && whole > 0 ? -whole : whole;
  }
  return scale;
}

function roundTo4Bits(values: Float32Array, rounded: Float32Array, block: number): number {
  const start = block * blockLength;
  const scale = Math.fround(findLargest(values, start) / -8);
  const inverse = invert(scale);
  for (let i = start; i < start + blockLength; i++) {
    const scaled = Math.fround(Math.fround(values[i]! * inverse) + 8.5);
    rounded[i] = Math.min(15, Math.trunc(scaled)) - 8;
  }
  return scale;
}

function invert(scale: number): number {
  return scale === 0 ? 0 : Math.fround(1 / scale);
}

/** The value of largest magnitude in the block that begins here; of several the first, with its sign. */
function findLargest(values: Float32Array, start: number): number {
  let largest = 0;
  for (let i = start; i < start + blockLength; i++)
    if (Math.abs(values[i]!) > Math.abs(largest)) largest = values[i]!;
  return largest;
}
