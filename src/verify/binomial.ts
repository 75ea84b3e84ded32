/** Two-sided 95 % point of the normal law. */
const z95 = 1.959963984540054;

/** log(exp(a) + exp(b)) without overflow; either may be −Infinity. */
function addLogs(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? -Infinity : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** Natural logarithms of 0!, 1!, …, n!. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) logs[i] = logs[i - 1]! + Math.log(i);
  return logs;
}

/**
 * log10 of P(S ≥ hits) for S ~ Binomial(n, q): the exact one-sided tail Σ_{j≥hits} C(n, j) q^j (1 − q)^(n − j), summed in
 * log space so that tails far below the smallest float64 keep their digits. 0 < q < 1.
 */
export function binomialTailLog10(hits: number, n: number, q: number): number {
  if (hits <= 0) return 0;
  const logs = logFactorials(n);
  let total = -Infinity;
  for (let j = n; j >= hits; j--) {
    const ways = logs[n]! - logs[j]! - logs[n - j]!;
    total = addLogs(total, ways + j * Math.log(q) + (n - j) * Math.log1p(-q));
  }
  return Math.min(0, total / Math.LN10);
}

/**
 * Natural logarithms of P(S = 0), …, P(S = n) where S counts n independent events with individual chances
 * (Poisson-binomial law), by the recurrence f_i(j) = (1 − q_i) f_{i−1}(j) + q_i f_{i−1}(j − 1) in log space.
 * Equal chances use the binomial law itself.
 */
export function logLawOfHits(chances: readonly number[]): Float64Array {
  if (areEqual(chances)) return logBinomialLaw(chances.length, chances[0]!);
  const law = new Float64Array(chances.length + 1).fill(-Infinity);
  law[0] = 0;
  chances.forEach((q, i) => {
    for (let j = i + 1; j >= 1; j--) law[j] = addLogs(law[j]! + Math.log1p(-q), law[j - 1]! + Math.log(q));
    law[0] = law[0]! + Math.log1p(-q);
  });
  return law;
}

function logBinomialLaw(n: number, q: number): Float64Array {
  const logs = logFactorials(n);
  const power = (log: number, times: number): number => (times === 0 ? 0 : times * log);
  return Float64Array.from(
    logs,
    (log, j) => logs[n]! - log - logs[n - j]! + power(Math.log(q), j) + power(Math.log1p(-q), n - j),
  );
}

function areEqual(chances: readonly number[]): boolean {
  return chances.length > 0 && chances.every((q) => q === chances[0]);
}

/** log10 of P(S ≥ hits) under {@link logLawOfHits}. Equal chances use the binomial sum. */
export function chancesTailLog10(hits: number, chances: readonly number[]): number {
  if (hits <= 0) return 0;
  if (areEqual(chances)) return binomialTailLog10(hits, chances.length, chances[0]!);
  return Math.min(0, logLawOfHits(chances).subarray(hits).reduce(addLogs, -Infinity) / Math.LN10);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The 95 % score interval of a share (Wilson, JASA 1927), both ends in 0 to 1; the whole range when nothing was asked. */
export function wilsonInterval(hits: number, n: number): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const share = hits / n;
  const z2 = z95 ** 2;
  const centre = share + z2 / (2 * n);
  const reach = z95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return {
    low: hits === 0 ? 0 : (centre - reach) / scale,
    high: hits === n ? 1 : (centre + reach) / scale,
  };
}
