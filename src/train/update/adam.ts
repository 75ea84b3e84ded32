/** First and second moments of one parameter's gradients, in the parameter's layout. */
export interface AdamState {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

const firstDecay = 0.9;
const usualSecondDecay = 0.99;
const epsilon = 1e-8;

export function createAdamState(size: number): AdamState {
  return { first: new Float32Array(size), second: new Float32Array(size) };
}

/**
 * One step of Adam (Kingma & Ba 2015) without weight decay, in place; `step` counts from 1. β₂ is 0.99: a run
 * has only dozens of steps, over which 0.999 would still remember the first.
 */
export function updateAdam(
  values: Float32Array,
  gradients: Float32Array,
  { first, second }: AdamState,
  {
    step,
    learningRate,
    secondDecay = usualSecondDecay,
  }: { step: number; learningRate: number; secondDecay?: number | undefined },
): void {
  const rate = (learningRate * Math.sqrt(1 - secondDecay ** step)) / (1 - firstDecay ** step);
  const floor = epsilon * Math.sqrt(1 - secondDecay ** step);
  for (let i = 0; i < values.length; i++) {
    const g = gradients[i]!;
    const m = firstDecay * first[i]! + (1 - firstDecay) * g;
    const v = secondDecay * second[i]! + (1 - secondDecay) * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = values[i]! - (rate * m) / (Math.sqrt(v) + floor);
  }
}
