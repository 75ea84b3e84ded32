import { findFewest } from '../common/findFewest';
import { binomialTailLog10 } from '../verify/binomial';
import { log10SeedTries } from '../verify/claim';
import type { KeyRules } from './panel/keys';

/** What a number of asked keys can prove, before any is asked. */
interface AnswerPlan {
  readonly asked: number;
  /** An upper bound of the mean number of keys that an unrelated model answers by chance. */
  readonly expectedByChance: number;
  /** The fewest answers that make a match; null when not even all would. */
  readonly needed: number | null;
  /** log10 of the chance of that many answers; null as above. */
  readonly log10Chance: number | null;
}

/** The same guard as the verdict's, so that both draw the line at the same count. */
const roundingLog10 = 1e-9;
const usualSizes = [8, 16, 32, 64, 128, 256, 512, 1024, 2048];
const smallerSizesShown = 3;

/**
 * Plans one question: this number of keys, all asked, under the exact binomial law, the correction for
 * several tests and the tries at the seed that a claimant is granted.
 */
export function planAnswers(
  asked: number,
  { candidates, alpha, tests }: Pick<KeyRules, 'candidates' | 'alpha' | 'tests'>,
): AnswerPlan {
  const chance = 1 / candidates;
  const limitLog10 = Math.log10(alpha) - Math.log10(tests) - log10SeedTries - roundingLog10;
  const isMatch = (hits: number): boolean => binomialTailLog10(hits, asked, chance) < limitLog10;
  const needed = findFewest(asked, isMatch) ?? null;
  return {
    asked,
    expectedByChance: asked * chance,
    needed,
    log10Chance: needed === null ? null : binomialTailLog10(needed, asked, chance),
  };
}

/** The plan for this count, after those for up to three common smaller ones. */
export function planSizes(count: number, rules: KeyRules): AnswerPlan[] {
  const smaller = usualSizes.filter((size) => size < count).slice(-smallerSizesShown);
  return [...smaller, count].map((size) => planAnswers(size, rules));
}
