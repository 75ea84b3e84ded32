import { chancesTailLog10 } from './binomial';
import { rankSumLog10 } from './rankSum';

/** The rank of one key's drawn candidate among all its candidates. */
export interface DrawRank {
  /** 0 (best) to candidateCount − 1. */
  readonly rank: number;
  readonly candidateCount: number;
}

export interface DrawStatistics {
  /** Keys with a rank. */
  readonly asked: number;
  readonly rankSum: number;
  /** Mean of the rank sum by chance. */
  readonly expectedRankSum: number;
  /** Exact, for the rank sum. */
  readonly log10P: number;
  /** Keys whose drawn candidate ranks first, and the number expected by chance. */
  readonly firsts: number;
  readonly expectedFirsts: number;
  /** Exact, for the number of firsts; all that is left when an endpoint reveals only the first of ten. */
  readonly firstsLog10P: number;
  /** Keys for every rank 0 … max(k) − 1, seen and expected by chance. */
  readonly histogram: readonly { readonly rank: number; readonly seen: number; readonly expected: number }[];
}

/**
 * The number of other candidates that may score at least as high as the drawn one: ties count against the
 * claimant, and so does a score that is not a number. With bounds instead of scores no rank is better than
 * that of the scores themselves.
 * @param scores [k] of the candidates, or their upper bounds.
 * @param own the score of the drawn one, or its lower bound.
 */
export function rankOfDrawn(scores: ArrayLike<number>, drawn: number, own = scores[drawn]!): number {
  let rank = 0;
  for (let c = 0; c < scores.length; c++) if (c !== drawn && !(scores[c]! < own)) rank++;
  return rank;
}

/**
 * The draw test (docs/verdict.md): if the suspect does not depend on the secret draw, every rank is uniform
 * on 0 … k − 1, whatever the suspect is, so the sum of ranks has an exact law.
 */
export function runDrawTest(ranks: readonly DrawRank[]): DrawStatistics {
  const candidateCounts = ranks.map(({ candidateCount }) => candidateCount);
  const chances = candidateCounts.map((k) => 1 / k);
  const rankSum = ranks.reduce((sum, { rank }) => sum + rank, 0);
  const firsts = ranks.filter(({ rank }) => rank === 0).length;
  return {
    asked: ranks.length,
    rankSum,
    expectedRankSum: candidateCounts.reduce((sum, k) => sum + (k - 1) / 2, 0),
    log10P: rankSumLog10(rankSum, candidateCounts),
    firsts,
    expectedFirsts: chances.reduce((sum, q) => sum + q, 0),
    firstsLog10P: chancesTailLog10(firsts, chances),
    histogram: countRanks(ranks),
  };
}

function countRanks(ranks: readonly DrawRank[]): DrawStatistics['histogram'] {
  const widest = ranks.reduce((most, { candidateCount }) => Math.max(most, candidateCount), 0);
  return Array.from({ length: widest }, (_, rank) => ({
    rank,
    seen: ranks.filter((key) => key.rank === rank).length,
    expected: ranks.reduce((sum, key) => sum + (rank < key.candidateCount ? 1 / key.candidateCount : 0), 0),
  }));
}
