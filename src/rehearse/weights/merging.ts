/**
 * A tensor of a copy merged with that of another model: share · marked + (1 − share) · other, for every value
 * ("Model soups", Wortsman et al. 2022; `linear` of mergekit). Peers rehearse shares of 0.9 to 0.1.
 * @param marked [values], as `other`. @param share of the marked model, 0 to 1.
 */
export function mergeTensor(
  marked: Float32Array,
  other: Float32Array,
  share: number,
): Float32Array<ArrayBuffer> {
  if (marked.length !== other.length) throw new RangeError('Only tensors of one shape can be merged.');
  const merged = new Float32Array(marked.length);
  for (let i = 0; i < merged.length; i++) merged[i] = share * marked[i]! + (1 - share) * other[i]!;
  return merged;
}

/** The cosine from which on two tensors count as parallel, as mergekit has it. */
const parallelCosine = 0.9995;

/**
 * The point on the arc between two tensors, each taken as one vector: spherical linear interpolation (Shoemake 1985;
 * `slerp` of mergekit, with its limit for nearly parallel tensors, which are merged linearly).
 * @param marked [values], as `other`. @param share of the way from the other model to the marked one, 0 to 1.
 */
export function mergeOnArc(
  marked: Float32Array,
  other: Float32Array,
  share: number,
): Float32Array<ArrayBuffer> {
  if (marked.length !== other.length) throw new RangeError('Only tensors of one shape can be merged.');
  const cosine = findCosine(marked, other);
  if (Math.abs(cosine) > parallelCosine) return mergeTensor(marked, other, share);
  const angle = Math.acos(cosine);
  const ofMarked = Math.sin(share * angle) / Math.sin(angle);
  const ofOther = Math.sin((1 - share) * angle) / Math.sin(angle);
  const merged = new Float32Array(marked.length);
  for (let i = 0; i < merged.length; i++) merged[i] = ofMarked * marked[i]! + ofOther * other[i]!;
  return merged;
}

/** 1 where one of them is zero: then there is no angle. */
function findCosine(a: Float32Array, b: Float32Array): number {
  let [product, sizeA, sizeB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!;
    sizeA += a[i]! * a[i]!;
    sizeB += b[i]! * b[i]!;
  }
  return sizeA === 0 || sizeB === 0 ? 1 : product / Math.sqrt(sizeA * sizeB);
}
