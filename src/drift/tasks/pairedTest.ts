import { binomialTailLog10, wilsonInterval, type Interval } from '../../verify/binomial';

/** Items by which of two models was right. */
export interface Pairs {
  readonly both: number;
  readonly onlyBase: number;
  readonly onlyOther: number;
  readonly neither: number;
}

/** The limit of {@link smallestDifference}. */
const usualAlpha = 0.05;

export function countPairs(base: readonly boolean[], other: readonly boolean[]): Pairs {
  const count = (ofBase: boolean, ofOther: boolean): number =>
    base.filter((isRight, i) => isRight === ofBase && other[i] === ofOther).length;
  return {
    both: count(true, true),
    onlyBase: count(true, false),
    onlyOther: count(false, true),
    neither: count(false, false),
  };
}

/** log10 of the two-sided p-value of McNemar's exact test: the items on which the two differ are as many either way. */
export function mcnemarLog10P({ onlyBase, onlyOther }: Pairs): number {
  const differing = onlyBase + onlyOther;
  return Math.min(0, Math.log10(2) + binomialTailLog10(Math.max(onlyBase, onlyOther), differing, 0.5));
}

/**
 * The 95 % interval of the difference of two shares of the same items, other less base (Newcombe, Statist. Med. 1998,
 * method 10: squares of the distances to Wilson's limits, added with the correlation of the pairs).
 */
export function pairedInterval({ both, onlyBase, onlyOther, neither }: Pairs): Interval {
  const items = both + onlyBase + onlyOther + neither;
  const [ofOther, ofBase] = [both + onlyOther, both + onlyBase];
  const [p1, p2] = [ofOther / items, ofBase / items];
  const [first, second] = [wilsonInterval(ofOther, items), wilsonInterval(ofBase, items)];
  const phi = correlate({ both, onlyBase, onlyOther, neither });
  const reach = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  return {
    low: Math.max(-1, p1 - p2 - reach(p1 - first.low, second.high - p2)),
    high: Math.min(1, p1 - p2 + reach(first.high - p1, p2 - second.low)),
  };
}

/** The correlation of the two models' answers, with Newcombe's correction for continuity. */
function correlate({ both, onlyBase, onlyOther, neither }: Pairs): number {
  const items = both + onlyBase + onlyOther + neither;
  const margins = (both + onlyOther) * (onlyBase + neither) * (both + onlyBase) * (onlyOther + neither);
  if (margins === 0) return 0;
  const excess = both * neither - onlyBase * onlyOther;
  const corrected = excess > 0 ? Math.max(0, excess - items / 2) : excess;
  return corrected / Math.sqrt(margins);
}

/**
 * The smallest difference of two shares of `items` items that is significant at 5 % where so many items differ;
 * fewer than six that differ never are, so six are supposed. Undefined where there are fewer items.
 */
export function smallestDifference(items: number, differing: number): number | undefined {
  const fewest = Math.ceil(Math.log2(2 / usualAlpha));
  if (items < fewest) return undefined;
  const count = Math.max(differing, fewest);
  let less = Math.floor(count / 2);
  const isSeen = (onlyBase: number): boolean =>
    mcnemarLog10P({ both: 0, onlyBase, onlyOther: count - onlyBase, neither: 0 }) <= Math.log10(usualAlpha);
  while (!isSeen(less)) less--;
  return (count - 2 * less) / items;
}
