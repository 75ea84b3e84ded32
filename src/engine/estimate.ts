const float32Bytes = 4;
/**
 * Numbers that training holds for every trained value: the value, its gradient, a temporary copy of that, and
 * Adam's two moments.
 */
const copiesOfTrainedValue = 5;

/** Bytes of a model's weights in float32, in which they are computed. */
export function estimateWeightBytes(parameters: readonly { readonly shape: readonly number[] }[]): number {
  return float32Bytes * countValues(parameters);
}

/** Bytes that training holds for so many trained values. */
export function estimateTrainedBytes(trainedValues: number): number {
  return float32Bytes * copiesOfTrainedValue * trainedValues;
}

/** Bytes of the states kept for so many tokens: those that enter the lowest trained layer and the normed final ones. */
export function estimateStateBytes(tokens: number, hiddenSize: number): number {
  return float32Bytes * 2 * tokens * hiddenSize;
}

/** How many numbers these tensors hold together. */
export function countValues(tensors: readonly { readonly shape: readonly number[] }[]): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/** "870 KB", "2.6 MB", "14 GB": decimal units, two significant digits. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]!}`;
}
