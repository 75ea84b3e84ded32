import type { VerifyReport } from '../../verify/verifyReport';
import { nameCandidates, type TestName } from './testNames';
import { formatFixed, formatOf } from '../../words/numbers';

/** The finding of one test, and the number expected by chance. */
interface Finding {
  readonly test: TestName;
  /** "61 of 64 keys answered; expected by chance: at most 6.4" */
  readonly sentence: string;
  /** What was tested. */
  readonly detail: string;
  /** Whether this test alone would make a match. */
  readonly isEnough: boolean;
}

/** Whether a good result makes a match, and not only agreement with the key file. Older reports have no claim. */
export function allowsMatch(claim: VerifyReport['claim']): boolean {
  return claim === undefined || claim.kind === 're-derived' || claim.kind === 'beacon';
}

/** The finding of every test, in plain words. */
export function listFindings({
  answers,
  draws,
  keys,
  verdict,
  claim,
  sharedTokenizer,
}: VerifyReport): Finding[] {
  const isUsable = verdict.kind !== 'refused';
  const limit = Math.log10(verdict.alpha / verdict.testCount) - (claim?.log10Tries ?? 0);
  return [
    {
      test: answers.name,
      sentence: `${formatOf(answers.hits, answers.asked)} keys answered; expected by chance: at most ${formatFixed(answers.expectedHits, 1)}`,
      detail: sharedTokenizer
        ? 'A key is answered when the suspect’s likeliest next words are the drawn ones.'
        : 'Asked by text, a key is answered when the suspect’s first word is the drawn one.',
      isEnough: isUsable && answers.log10P < limit,
    },
    ...draws.map((draw) => ({
      test: draw.name,
      sentence: `${formatOf(draw.firsts, draw.asked)} drawn words rank first among their ${nameCandidates(keys)}; expected by chance: ${formatFixed(draw.expectedFirsts, 1)}`,
      detail: explainScore(draw.name),
      isEnough: isUsable && draw.log10P < limit,
    })),
  ];
}

/** What the candidates of a key are ranked by. */
export function explainScore(score: Exclude<TestName, 'answers'>): string {
  return {
    'suspect-alone': 'Ranked by the suspect’s own probabilities: the base was not available.',
    'minus-base': 'Ranked by how much more likely each word is than in the base.',
    'minus-base-and-shift': 'The same, minus the effect of training on these words everywhere else.',
  }[score];
}
