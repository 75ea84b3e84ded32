/** log Σ exp(logits), over the whole vocabulary, in float64. */
export function logSumExp(logits: Iterable<number>): number {
  let highest = -Infinity;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}
