/**
 * p-values corrected for all of them together (Holm, Scand. J. Statist. 1979): the k-th smallest of m times m − k + 1,
 * never below a smaller one's and at most 1. The chance that any true null hypothesis comes below a limit is at most
 * that limit, whatever the dependence: for suspects and key sets that are tested together, or tasks.
 * @param log10P log10 of the p-values.
 * @returns log10 of the corrected ones, in the same order.
 */
export function correctHolm(log10P: readonly number[]): number[] {
  const order = Array.from(log10P.keys()).sort((a, b) => log10P[a]! - log10P[b]!);
  const corrected = new Array<number>(log10P.length);
  let highest = -Infinity;
  order.forEach((index, place) => {
    const raised = log10P[index]! + Math.log10(log10P.length - place);
    highest = Math.max(highest, Math.min(0, raised));
    corrected[index] = highest;
  });
  return corrected;
}
