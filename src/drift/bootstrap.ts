import type { RandomStream } from '../common/random';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** With fewer texts than this, too little is known of how texts differ to give an interval. */
const minTextsForInterval = 5;

const resampleCount = 2000;

/**
 * 95 % percentile intervals by the cluster bootstrap: whole texts are drawn with replacement, 2,000 times,
 * and every statistic is computed from the sums over the drawn texts (Efron & Tibshirani, An Introduction to
 * the Bootstrap, ch. 13). `columns[c][text]` is a text's contribution to sum c. Undefined when there are
 * fewer than 5 texts.
 */
export function bootstrapIntervals<Name extends string>(
  columns: readonly (readonly number[])[],
  statistics: Readonly<Record<Name, (sums: readonly number[]) => number>>,
  random: RandomStream,
): Record<Name, Interval> | undefined {
  const texts = columns[0]?.length ?? 0;
  if (texts < minTextsForInterval) return undefined;
  const names = Object.keys(statistics) as Name[];
  const values = new Map(names.map((name) => [name, new Float64Array(resampleCount)]));
  const sums = columns.map(() => 0);
  for (let resample = 0; resample < resampleCount; resample++) {
    sums.fill(0);
    for (let draw = 0; draw < texts; draw++) {
      const text = random.nextInt(texts);
      for (let c = 0; c < columns.length; c++) sums[c]! += columns[c]![text]!;
    }
    for (const name of names) values.get(name)![resample] = statistics[name](sums);
  }
  const intervals = names.map((name) => {
    const sorted = values.get(name)!.sort();
    return [name, { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }];
  });
  return Object.fromEntries(intervals) as Record<Name, Interval>;
}

/** The quantile of sorted values at a share, with linear interpolation between neighbours. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}
