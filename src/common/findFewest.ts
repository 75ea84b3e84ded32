/**
 * The smallest count from 1 to `most` that passes, where every count above a passing one passes too; undefined
 * where none does. Tries about log2(most) of them.
 */
export function findFewest(most: number, passes: (count: number) => boolean): number | undefined {
  if (most < 1 || !passes(most)) return undefined;
  let [tooFew, enough] = [0, most];
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (passes(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
