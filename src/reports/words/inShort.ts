import type { VerifyReport } from '../../verify/verifyReport';
import { nameModel } from '../page/reportView';
import type { Fact } from '../tables/table';

/** The result of a verification for people who are not engineers: at most six lines, one sentence or two each. */
export function sumUpVerification(report: VerifyReport): Fact[] {
  const { claim } = report;
  return [
    { name: 'In plain words', value: sayPlainly(report) },
    { name: 'How it was decided', value: sayRule(report) },
    ...(isMet(report) ? [{ name: 'One test of many', value: manyTests }] : []),
    ...(claim ? [{ name: 'Who chose the words', value: claim.sentence }] : []),
    ...(isMet(report) ? [{ name: 'It holds only if', value: condition }] : []),
    { name: 'Who can rely on it', value: reliance },
  ];
}

const manyTests =
  'The probability is that of one test. Where several models are tested, each test has a chance of its own: multiply the probability by the number of models (Bonferroni) before you compare it with the rule.';
const condition =
  'The commitment was public before the suspect, and before every model but the base that the suspect descends from. Its date has to be shown by other means.';
const reliance =
  'Only the person who made this record. Anybody else has to repeat the test, as described at the end.';

/** The rule of the verdict; *no evidence* adds what that does not show. */
function sayRule({ verdict }: VerifyReport): string {
  const isNone = verdict.kind === 'no-evidence';
  return isNone ? `${verdict.rule} This does not show that the model is not yours.` : verdict.rule;
}

function isMet({ verdict: { kind } }: VerifyReport): boolean {
  return kind === 'match' || kind === 'agrees';
}

/** The verdict as one sentence that says neither more nor less than the test. */
function sayPlainly({ suspect, verdict, suspectRead, claim }: VerifyReport): string {
  const name = nameModel(suspect.path);
  switch (verdict.kind) {
    case 'match':
      return `${name} is the model that was marked with this key set, or a copy of it, or it learnt from one.`;
    case 'agrees':
      return `${name} prefers the words of this key file far beyond chance. ${sayWhyNoMatch(claim)}`;
    case 'no-evidence':
      return suspectRead?.other?.reason === 'base-itself'
        ? `${name} is the unmarked model itself, so there is nothing to find.`
        : `Nothing in this test connects ${name} with the key set. A model that learnt from the marked one long ago, or only a little, can look the same.`;
    case 'undetermined':
      return `The test could not decide anything about ${name}.`;
    case 'refused':
      return `The key file contradicts itself, so the test says nothing about ${name}.`;
  }
}

/** What keeps an agreement from being a match, for people who are not engineers. */
function sayWhyNoMatch(claim: VerifyReport['claim']): string {
  return claim === undefined || claim.kind === 'key-file'
    ? 'That these words were drawn before the model was made, only the claimant knows.'
    : 'It is too little for a match: a claimant could have tried many draws to find one that agrees as well.';
}
