import { findFewest } from '../common/findFewest';
import { binomialTailLog10 } from './binomial';
import { rankSumLog10 } from './rankSum';
import type { Judgement } from './verdict';

/** What copies of two measured models showed (docs/what-survives.md): the weaker of both, with 64 keys of ten. */
interface MeasuredCopy {
  /** What was done to the copy, to follow "a copy". */
  readonly done: string;
  /** Share of the keys that it answered. */
  readonly answered: number;
  /** log10 p of its draw test. */
  readonly drawLog10P: number;
}

const measuredKeys = 64;
export const measuredCopies: readonly MeasuredCopy[] = [
  { done: 'merged with its base at a share of 0.1', answered: 0, drawLog10P: -62 },
  { done: 'fine-tuned on foreign instructions at 1e-4', answered: 0.39, drawLog10P: -51 },
  { done: 'fine-tuned on them at 5e-4', answered: 0.02, drawLog10P: -15 },
  { done: 'distilled on them', answered: 0.03, drawLog10P: -13 },
];

/** What a verdict of *no evidence* would have seen in a copy of the marked model. */
export interface Power {
  /** Keys of the strongest test that was asked. */
  readonly asked: number;
  /** Whether ranks were seen; answers alone otherwise. */
  readonly byDraw: boolean;
  /**
   * The smallest number of drawn words at the first rank that would be beyond chance, the others as by chance;
   * of answers, where only those were seen. Undefined where not even all would do.
   */
  readonly needed: number | undefined;
  /** What each measured copy would have given with so many keys: log10 of p, and whether that is a match. */
  readonly copies: readonly {
    readonly done: string;
    readonly log10P: number;
    readonly isSeen: boolean;
    /** So many keys would be enough, if ranks are seen; undefined where no number is. */
    readonly keysNeeded: number | undefined;
  }[];
}

/** The power of the tests that were asked, whatever they found. */
export function measurePower({ verdict, answers, draws, keys }: Judgement): Power {
  const limit = Math.log10(verdict.alpha / verdict.testCount);
  const draw = draws.reduce<(typeof draws)[number] | undefined>(
    (most, other) => (most && most.asked >= other.asked ? most : other),
    undefined,
  );
  const byDraw = draw !== undefined && draw.asked > 0;
  const counts = keys
    .filter(({ answered, ranks }) =>
      byDraw ? ranks.some(({ rank }) => rank !== undefined) : answered !== undefined,
    )
    .map(({ candidateCount }) => candidateCount);
  const log10POf = (firsts: number): number =>
    byDraw ? drawLog10P(firsts, counts) : answersLog10P(firsts, counts);
  const asked = byDraw ? draw.asked : answers.asked;
  return {
    asked,
    byDraw,
    needed: findFewest(asked, (firsts) => log10POf(firsts) < limit),
    copies: measuredCopies.map(({ done, answered, drawLog10P: measured }) => {
      const log10P = byDraw
        ? (measured * asked) / measuredKeys
        : answersLog10P(Math.floor(answered * asked), counts);
      const keysNeeded = byDraw ? Math.floor((measuredKeys * limit) / measured) + 1 : undefined;
      return { done, log10P, isSeen: log10P < limit, keysNeeded };
    }),
  };
}

/** Drawn words that rank first, and the others in the middle of their lists. */
function drawLog10P(firsts: number, counts: readonly number[]): number {
  const others = counts.slice(firsts).reduce((sum, k) => sum + (k - 1) / 2, 0);
  return rankSumLog10(Math.ceil(others), counts);
}

function answersLog10P(hits: number, counts: readonly number[]): number {
  const [k = 10] = counts;
  return binomialTailLog10(hits, counts.length, 1 / k);
}
