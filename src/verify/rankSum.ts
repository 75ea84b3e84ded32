/** Mean of the law on 0 … k − 1 whose weights are ratio^m: uniform when the ratio is 1. */
function tiltedMean(k: number, ratio: number): number {
  let weight = 1;
  let total = 0;
  let weighted = 0;
  for (let m = 0; m < k; m++) {
    total += weight;
    weighted += m * weight;
    weight *= ratio;
  }
  return weighted / total;
}

/** The ratio in (0, 1] whose tilted laws have `sum` as the mean of their sum; 1 when the sum is not below the plain mean. */
function findRatio(sum: number, counts: ReadonlyMap<number, number>): number {
  const meanAt = (ratio: number) => {
    let mean = 0;
    for (const [k, keys] of counts) mean += keys * tiltedMean(k, ratio);
    return mean;
  };
  if (sum >= meanAt(1)) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < sum) low = middle;
    else high = middle;
  }
  return high;
}

/** Replaces `law` by its convolution with the law on 0 … k − 1 of weights ratio^m, and returns the log of their sum. */
function addOneKey(law: Float64Array, scratch: Float64Array, k: number, ratio: number): number {
  let running = 0;
  for (let j = 0; j < law.length; j++) {
    running = running * ratio + law[j]!;
    scratch[j] = running;
  }
  const leaving = ratio ** k;
  let weights = 0;
  for (let m = 0; m < k; m++) weights += ratio ** m;
  for (let j = 0; j < law.length; j++) {
    const gone = j < k ? 0 : leaving * scratch[j - k]!;
    law[j] = Math.max(0, scratch[j]! - gone) / weights;
  }
  return Math.log(weights);
}

/**
 * log10 of P(sum of ranks ≤ `sum`) when the rank at key i is uniform on 0 … k_i − 1 and the keys are
 * independent: the exact law, by convolution. The convolution runs on exponentially tilted laws (Esscher):
 * weights ratio^m with the ratio that puts their mean at `sum`, so that the relevant part is in the middle of
 * float64's range even when p is far below 1e-308; the tilt is undone exactly afterwards. Cost: keys × (sum +
 * 1).
 */
export function rankSumLog10(sum: number, candidateCounts: readonly number[]): number {
  const largest = candidateCounts.reduce((total, k) => total + k - 1, 0);
  if (sum >= largest) return 0;
  if (sum < 0) return -Infinity;
  const logOrders = candidateCounts.reduce((total, k) => total + Math.log(k), 0);
  if (sum === 0) return -logOrders / Math.LN10;

  const counts = new Map<number, number>();
  for (const k of candidateCounts) counts.set(k, (counts.get(k) ?? 0) + 1);
  const ratio = findRatio(sum, counts);
  const law = new Float64Array(sum + 1);
  const scratch = new Float64Array(sum + 1);
  law[0] = 1;
  let logScale = -logOrders;
  for (const k of candidateCounts) logScale += addOneKey(law, scratch, k, ratio);

  // P(sum = j) = law[j] · ratio^−j · scale; with ratio ≤ 1 the powers below are ≤ 1, and only terms near `sum` count.
  let tail = 0;
  for (let j = 0; j <= sum; j++) tail = tail * ratio + law[j]!;
  return Math.min(0, (Math.log(tail) - sum * Math.log(ratio) + logScale) / Math.LN10);
}
