/**
 * A tensor of a copy merged with that of its base: share · marked + (1 − share) · base, for every value.
 * @param marked [values], as `base`. @param share of the marked model, 0 to 1.
 */
export function mergeTensor(
  marked: Float32Array,
  base: Float32Array,
  share: number,
): Float32Array<ArrayBuffer> {
  if (marked.length !== base.length) throw new RangeError('Only tensors of one shape can be merged.');
  const merged = new Float32Array(marked.length);
  for (let i = 0; i < merged.length; i++) merged[i] = share * marked[i]! + (1 - share) * base[i]!;
  return merged;
}
