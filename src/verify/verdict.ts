import { findFewest } from '../common/findFewest';
import type { KeyKind } from '../contract/keyKinds';
import { chancesTailLog10, wilsonInterval, type Interval } from './binomial';
import type { AskedKey } from './askedKey';
import { countAnswers, countRanks, type Claim } from './claim';
import { runDrawTest, type DrawRank, type DrawStatistics } from './drawTest';
import type { ScoreName } from './scores';
import type { Shown } from './suspect';

/** In log10; keeps a p-value that equals the limit from passing by the last bit of a float64. */
const roundingLog10 = 1e-9;

type TestName = 'answers' | ScoreName;

interface AnswersTest {
  readonly name: 'answers';
  readonly asked: number;
  readonly hits: number;
  /** An upper bound of the number expected by chance: the sum of 1/k. */
  readonly expectedHits: number;
  /** Exact, under the design null of 1/k per key. */
  readonly log10P: number;
  /** 95 % interval of the share answered. */
  readonly interval: Interval;
  /** What log10P would be if every key asked had been answered. */
  readonly bestLog10P: number;
}

interface DrawTest extends DrawStatistics {
  readonly name: ScoreName;
  /** 95 % interval of the share of drawn candidates that rank first. */
  readonly interval: Interval;
  /** What log10P would be if every drawn candidate ranked first. */
  readonly bestLog10P: number;
}

/**
 * `match`: beyond chance, and nobody chose the drawn words. `agrees`: beyond chance, if they were drawn as the
 * key file says. `refused`: the key set contradicts what it says of itself.
 */
export type VerdictKind = 'match' | 'agrees' | 'no-evidence' | 'undetermined' | 'refused';

export interface Verdict {
  readonly kind: VerdictKind;
  /** The test with the smallest p-value. */
  readonly decidedBy: TestName;
  readonly testCount: number;
  /** The limit for a match. */
  readonly alpha: number;
  /** log10 of the smallest p-value times the number of tests, at most 0. */
  readonly log10CorrectedP: number;
  /** The same times the tries that the claimant is granted: what has to be below the limit for a match. At most 0. */
  readonly log10ClaimedP: number;
  /** The same if everything that was asked had been answered: the best reachable result. */
  readonly log10BestCorrectedP: number;
  /**
   * The number of answers that would have been enough by themselves, for a match where the claim allows one;
   * undefined when not even all of them would.
   */
  readonly answersNeeded: number | undefined;
}

/** One key's results, in the committed order. Holds nothing secret. */
interface KeyResult {
  readonly index: number;
  readonly candidateCount: number;
  readonly kind: KeyKind | undefined;
  /** Undefined when the key could not be asked, and for a quiet key. */
  readonly answered: boolean | undefined;
  /** The drawn candidate's rank, one entry per score of the plan; undefined when the key could not be asked. */
  readonly ranks: readonly { readonly score: ScoreName; readonly rank: number | undefined }[];
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly claim: Claim;
  readonly answers: AnswersTest;
  readonly draws: readonly DrawTest[];
  readonly keys: readonly KeyResult[];
}

/**
 * The scores that a verdict uses, fixed by what is available before the suspect is asked: none where it shows
 * only text, `suspect-alone` without the base, else `minus-base` and, with neutral prompts,
 * `minus-base-and-shift`.
 * @param atHand `neutralPrompts`: whether both models are asked any.
 */
export function planScores(atHand: {
  readonly shows: Shown;
  readonly base: boolean;
  readonly neutralPrompts: boolean;
}): ScoreName[] {
  if (atHand.shows === 'text') return [];
  if (!atHand.base) return ['suspect-alone'];
  return atHand.neutralPrompts ? ['minus-base', 'minus-base-and-shift'] : ['minus-base'];
}

/**
 * Judges a suspect's answers. `answers` and every score's `ranks` have one entry per key, in the order of
 * `keys`; undefined where the key could not be asked. Every test of the plan counts for the correction,
 * whatever it shows. The smallest p-value times the number of tests (Bonferroni) is compared with `alpha`: a
 * `match` has to be below it even times the tries that the claim grants, `agrees` is below it without them;
 * `undetermined` is what not even a perfect result of what could be asked would have brought below it, and
 * `no-evidence` the rest. A contradicted claim is `refused`.
 * @param testCount of all readings of the suspect, where there are several.
 */
export function judgeSuspect(
  keys: readonly AskedKey[],
  answers: readonly (boolean | undefined)[],
  scores: readonly { readonly score: ScoreName; readonly ranks: readonly (DrawRank | undefined)[] }[],
  alpha: number,
  claim: Claim,
  testCount = 1 + scores.length,
): Judgement {
  const answered = countAnswers(claim, keys, answers);
  const ranked = scores.map(({ score, ranks }) => ({ score, ranks: countRanks(claim, keys, ranks) }));
  const answersTest = testAnswers(keys, answered);
  const draws = ranked.map(({ score, ranks }) => testDraw(score, ranks));
  const decided = decideVerdict([answersTest, ...draws], alpha, claim, testCount);
  const askedCounts = keys.flatMap((key, slot) =>
    answers[slot] === undefined ? [] : [key.candidates.length],
  );
  return {
    verdict: {
      ...decided,
      answersNeeded: countAnswersNeeded(askedCounts, Math.log10(decided.testCount) + claim.log10Tries, alpha),
    },
    claim,
    answers: answersTest,
    draws,
    keys: keys.map((key, slot) => ({
      index: key.index,
      candidateCount: key.candidates.length,
      kind: key.kind,
      answered: answered[slot],
      ranks: ranked.map(({ score, ranks }) => ({ score, rank: ranks[slot]?.rank })),
    })),
  };
}

function testAnswers(keys: readonly AskedKey[], answers: readonly (boolean | undefined)[]): AnswersTest {
  const chances = keys.flatMap((key, slot) =>
    answers[slot] === undefined ? [] : [1 / key.candidates.length],
  );
  const hits = answers.filter((answered) => answered === true).length;
  return {
    name: 'answers',
    asked: chances.length,
    hits,
    expectedHits: chances.reduce((sum, q) => sum + q, 0),
    log10P: chancesTailLog10(hits, chances),
    interval: wilsonInterval(hits, chances.length),
    bestLog10P: chances.reduce((sum, q) => sum + Math.log10(q), 0),
  };
}

function testDraw(name: ScoreName, ranks: readonly (DrawRank | undefined)[]): DrawTest {
  const asked = ranks.filter((rank) => rank !== undefined);
  const statistics = runDrawTest(asked);
  return {
    name,
    ...statistics,
    interval: wilsonInterval(statistics.firsts, asked.length),
    bestLog10P: asked.reduce((sum, { candidateCount }) => sum - Math.log10(candidateCount), 0),
  };
}

function decideVerdict(
  tests: readonly (AnswersTest | DrawTest)[],
  alpha: number,
  claim: Claim,
  testCount: number,
): Omit<Verdict, 'answersNeeded'> {
  const correction = Math.log10(testCount);
  const strongest = tests.reduce((best, test) => (test.log10P < best.log10P ? test : best));
  const log10CorrectedP = Math.min(0, strongest.log10P + correction);
  const log10BestCorrectedP = Math.min(0, Math.min(...tests.map((test) => test.bestLog10P)) + correction);
  const log10ClaimedP = Math.min(0, log10CorrectedP + claim.log10Tries);
  return {
    kind: chooseKind(claim, alpha, { log10CorrectedP, log10ClaimedP, log10BestCorrectedP }),
    decidedBy: strongest.name,
    testCount,
    alpha,
    log10CorrectedP,
    log10ClaimedP,
    log10BestCorrectedP,
  };
}

function chooseKind(
  { kind }: Claim,
  alpha: number,
  found: Pick<Verdict, 'log10CorrectedP' | 'log10ClaimedP' | 'log10BestCorrectedP'>,
): VerdictKind {
  if (kind === 'contradicted') return 'refused';
  if (kind !== 'key-file' && isBelow(found.log10ClaimedP, alpha)) return 'match';
  if (isBelow(found.log10CorrectedP, alpha)) return 'agrees';
  return isBelow(found.log10BestCorrectedP, alpha) ? 'no-evidence' : 'undetermined';
}

function isBelow(log10P: number, alpha: number): boolean {
  return log10P < Math.log10(alpha) - roundingLog10;
}

function countAnswersNeeded(
  candidateCounts: readonly number[],
  correction: number,
  alpha: number,
): number | undefined {
  const chances = candidateCounts.map((k) => 1 / k);
  return findFewest(chances.length, (hits) => isBelow(chancesTailLog10(hits, chances) + correction, alpha));
}
