import type { VerifyReport } from '../../verify/verifyReport';
import { formatCount } from '../../words/numbers';

export type TestName = VerifyReport['verdict']['decidedBy'];

/** What a test looks at, in a few words. */
export function nameTest(name: TestName): string {
  return {
    answers: 'Answers',
    'suspect-alone': 'Draw, suspect alone',
    'minus-base': 'Draw, compared with the base',
    'minus-base-and-shift': 'Draw, compared with the base, common shift removed',
  }[name];
}

/** "ten" for the usual list; the number for another; "candidates" when keys differ. */
export function nameCandidates(keys: readonly { readonly candidateCount: number }[]): string {
  const [first, ...others] = new Set(keys.map((key) => key.candidateCount));
  if (first === undefined || others.length > 0) return 'candidates';
  return first === 10 ? 'ten' : formatCount(first);
}
