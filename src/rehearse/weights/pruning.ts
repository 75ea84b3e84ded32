const upperBits = 16;
const buckets = 1 << upperBits;

/**
 * A matrix whose smallest values are zero (pruning by magnitude within the matrix, Han et al. 2015; peers go to 50 %): the given share of them, at
 * least one, and all that are as small as the largest of these.
 * @param values [values], finite. They are not changed. @param share 0 to 1.
 */
export function pruneTensor(values: Float32Array, share: number): Float32Array<ArrayBuffer> {
  const count = Math.max(1, Math.floor(share * values.length));
  const limit = findMagnitude(values, count);
  const pruned = new Float32Array(values.length);
  for (let i = 0; i < pruned.length; i++) if (Math.abs(values[i]!) > limit) pruned[i] = values[i]!;
  return pruned;
}

/**
 * The magnitude that has this place, from 1, among all in ascending order. The bits of magnitudes are in the same
 * order as their values, so counting them by their upper and then by their lower half takes no sorting.
 */
export function findMagnitude(values: Float32Array, place: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = countBits(bits, (magnitude) => magnitude >>> upperBits);
  const high = findBucket(upper, place);
  const lower = countBits(bits, (magnitude) =>
    magnitude >>> upperBits === high.bucket ? magnitude & (buckets - 1) : undefined,
  );
  const low = findBucket(lower, place - high.before);
  return new Float32Array(Uint32Array.of((high.bucket << upperBits) | low.bucket).buffer)[0]!;
}

function countBits(bits: Uint32Array, bucketOf: (magnitude: number) => number | undefined): Uint32Array {
  const counts = new Uint32Array(buckets);
  for (const value of bits) {
    const bucket = bucketOf(value & 0x7fffffff);
    if (bucket !== undefined) counts[bucket]!++;
  }
  return counts;
}

/** The bucket in which the value of this place is, and how many come before it. */
function findBucket(counts: Uint32Array, place: number): { bucket: number; before: number } {
  let before = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (before + counts[bucket]! >= place) return { bucket, before };
    before += counts[bucket]!;
  }
  throw new RangeError('There are fewer values than that.');
}
