/** The course of the learning rate over a run. */
export interface Schedule {
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly steps: number;
  /** The share of the rate that is left at the end; a tenth unless given. */
  readonly lastShare?: number;
}

/**
 * Warm-up, then half a cosine down to the last share of the learning rate at the end of `steps`; a run that
 * continues beyond stays there. `step` counts from 0.
 */
export function learningRateAt(
  step: number,
  { learningRate, warmupSteps, steps, lastShare = 0.1 }: Schedule,
): number {
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - 1 - warmupSteps));
  return learningRate * (lastShare + (1 - lastShare) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
