import type { TrainedTensor } from './trainedTensors';

/**
 * What somebody else may do to a published model without any training, as far as the trained values are concerned:
 * round it to four bits, or merge it in equal parts with its base.
 */
export type Disturbance = 'rounded' | 'merged';

/** Values that share a scale, and the highest whole number, as in the usual 4-bit formats. */
const groupLength = 32;
const highest = 7;

/**
 * Trained values as a disturbance leaves them; gradients there are taken for gradients at the values themselves.
 * @param readStart [values] at the start of the run
 */
export async function disturb(
  disturbance: Disturbance,
  tensor: TrainedTensor,
  readStart: () => Promise<Float32Array>,
): Promise<Float32Array<ArrayBuffer>> {
  return disturbance === 'rounded' ? roundGroups(tensor) : meanOf(tensor.values, await readStart());
}

/** Symmetric rounding to the nearest step; each group of consecutive values has a scale by its largest. */
function roundGroups({ values }: TrainedTensor): Float32Array<ArrayBuffer> {
  const rounded = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += groupLength) {
    const end = Math.min(values.length, start + groupLength);
    let largest = 0;
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(values[i]!));
    const scale = largest / highest;
    if (scale === 0) continue;
    for (let i = start; i < end; i++) rounded[i] = scale * Math.round(values[i]! / scale);
  }
  return rounded;
}

function meanOf(values: Float32Array, start: Float32Array): Float32Array<ArrayBuffer> {
  const mean = new Float32Array(values.length);
  for (let i = 0; i < mean.length; i++) mean[i] = (values[i]! + start[i]!) / 2;
  return mean;
}
