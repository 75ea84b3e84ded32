import type { ResultOf } from '../../contract/declaration';
import type { verify } from '../../contract/declarations/verify';
import { listFindings } from '../../reports/words/findings';
import type { SuspectRead } from '../../reports/makeVerifyReport';
import type { KinshipLine } from '../../reports/words/kinship';
import { sayReadings, type SeenSuspect } from '../../reports/words/suspectRead';
import { sayKinds } from '../../reports/words/keyKinds';
import { nameTest } from '../../reports/words/testNames';
import type { OtherVerdict } from '../../verify/otherVerdict';
import type { VerdictKind } from '../../verify/verdict';
import type { VerifyReport } from '../../verify/verifyReport';

type VerifyResult = ResultOf<typeof verify>;

/** What a report says of a suspect besides its answers. */
export function describeSuspectRead(
  seen: SeenSuspect & {
    readonly kinship: readonly KinshipLine[];
    readonly further: readonly string[];
    readonly notes: readonly string[];
    readonly other: OtherVerdict | undefined;
  },
): SuspectRead {
  return {
    kinship: [...seen.kinship],
    readings: seen.readings,
    conflicts: [...seen.conflicts],
    notes: [...sayReadings(seen), ...seen.notes].slice(0, 50),
    further: [...seen.further],
    testCount: seen.testCount,
    ...(seen.other && { other: seen.other }),
  };
}

/** A verdict as results name it. */
export const verdictWords: Readonly<Record<VerdictKind, VerifyResult['verdict']>> = {
  match: 'match',
  agrees: 'agrees with this key file',
  'no-evidence': 'no evidence',
  undetermined: 'undetermined',
  refused: 'refused',
};

/** The part of the result that follows from the report. @param leftOut keys that count for neither side. */
export function summarise(
  report: VerifyReport,
  leftOut: readonly string[],
): Pick<
  VerifyResult,
  | 'verdict'
  | 'sentence'
  | 'lines'
  | 'claim'
  | 'log10CorrectedP'
  | 'log10ClaimedP'
  | 'decidedBy'
  | 'answers'
  | 'draws'
  | 'kinship'
  | 'readings'
  | 'conflicts'
  | 'further'
  | 'power'
> {
  const { verdict, claim, answers, draws, suspectRead } = report;
  return {
    verdict: verdictWords[verdict.kind],
    sentence: `${verdict.sentence}.`,
    lines: writeLines(report, leftOut),
    claim: claim?.kind ?? 'key-file',
    log10CorrectedP: verdict.log10CorrectedP,
    log10ClaimedP: verdict.log10ClaimedP ?? verdict.log10CorrectedP,
    decidedBy: verdict.decidedBy,
    answers: { asked: answers.asked, hits: answers.hits, log10P: answers.log10P },
    draws: draws.map(({ name, asked, firsts, rankSum, log10P }) => ({
      name,
      asked,
      firsts,
      rankSum,
      log10P,
    })),
    kinship: listLadder(report),
    readings: suspectRead?.readings ?? 1,
    conflicts: suspectRead?.conflicts ?? [],
    further: suspectRead?.further ?? [],
    power: suspectRead?.power ?? [],
  };
}

/** The ladder whole: what the suspect is, then what the draw and the answers show. */
export function listLadder(report: VerifyReport): VerifyResult['kinship'] {
  const tests = [...listFindings(report)].sort((a, b) => rungOf(a.test) - rungOf(b.test));
  return [
    ...(report.suspectRead?.kinship ?? []),
    ...tests.map(({ test, sentence, isEnough }) => ({
      step: test === 'answers' ? 'answers' : 'draw',
      finding: isEnough ? 'yes' : 'no',
      sentence: test === 'answers' ? `${sentence}.` : `${nameTest(test)}: ${sentence}.`,
    })),
  ];
}

function rungOf(test: ReturnType<typeof listFindings>[number]['test']): number {
  return test === 'answers' ? 1 : 0;
}

function writeLines(report: VerifyReport, leftOut: readonly string[]): string[] {
  const [limit] = report.doesNotShow;
  return [
    ...(report.notReady === undefined ? [] : [`${report.notReady}.`]),
    report.verdict.chance,
    ...(report.claim ? [report.claim.sentence, report.claim.repeat] : []),
    report.verdict.rule,
    ...listLadder(report).map(({ sentence }) => sentence),
    ...sayKinds(report.keys),
    ...(report.suspectRead?.power ?? []),
    ...(limit === undefined ? [] : [`This does not show ${limit.charAt(0).toLowerCase()}${limit.slice(1)}`]),
    ...leftOut,
    ...(report.suspectRead?.further ?? []),
    ...(report.suspectRead?.notes ?? []),
  ];
}
