import { chancesTailLog10 } from '../binomial';
import { rankSumLog10 } from '../rankSum';

/** A key as far as its tests count it, in the order asked. */
interface CountedKey {
  readonly candidateCount: number;
  /** Null where it could not be asked. */
  readonly answered: boolean | null;
  /** Of the drawn word, from 0; null where there is none. */
  readonly rank: number | null;
}

/** log10 of the p-values that the first keys give. */
export interface Growth {
  readonly keys: number;
  readonly answersLog10P: number;
  readonly drawLog10P: number;
}

/** Additions and multiplications for all points: a fraction of a second. */
const mostWork = 60_000_000;
/** What a sum of logarithms costs, in additions. */
const logarithmWork = 20;
const mostPoints = 64;
const fewestPoints = 8;

/**
 * How the evidence grew: both p-values after the first 1, 2, … keys, at most 64 evenly spaced numbers of keys of
 * which the last is that of all. Empty where even a few points would take too long.
 */
export function followEvidence(keys: readonly CountedKey[]): Growth[] {
  const work = estimateWork(keys);
  const affordable = work === 0 ? mostPoints : Math.floor((3 * mostWork) / work);
  const points = Math.min(mostPoints, keys.length, affordable);
  if (points < Math.min(fewestPoints, keys.length)) return [];
  return Array.from({ length: points }, (_, i) =>
    measure(keys.slice(0, Math.round(((i + 1) * keys.length) / points))),
  );
}

function measure(keys: readonly CountedKey[]): Growth {
  const asked = keys.filter(({ answered }) => answered !== null);
  const ranked = keys.flatMap(({ rank, candidateCount }) =>
    rank === null ? [] : [{ rank, candidateCount }],
  );
  return {
    keys: keys.length,
    answersLog10P: chancesTailLog10(
      asked.filter(({ answered }) => answered === true).length,
      asked.map(({ candidateCount }) => 1 / candidateCount),
    ),
    drawLog10P: rankSumLog10(
      ranked.reduce((sum, { rank }) => sum + rank, 0),
      ranked.map(({ candidateCount }) => candidateCount),
    ),
  };
}

/** That of the last point; a point in the middle costs a quarter of it or less. */
function estimateWork(keys: readonly CountedKey[]): number {
  const rankSum = keys.reduce((sum, { rank }) => sum + (rank ?? 0), 0);
  const isMixed = new Set(keys.map(({ candidateCount }) => candidateCount)).size > 1;
  return keys.length * (rankSum + 1) + (isMixed ? logarithmWork * keys.length ** 2 : 0);
}
