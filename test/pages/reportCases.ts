import type { ReportSnapshot } from '../../src/protocol/reportPage';
import { makeDriftReport } from '../../src/reports/makeDriftReport';
import { makeRehearsalReport } from '../../src/reports/makeRehearsalReport';
import { makeVerifyReport, type VerifyCircumstances } from '../../src/reports/makeVerifyReport';
import { sayNotReady } from '../../src/reports/words/notReady';
import { derivedClaim, keyFileClaim } from '../../src/verify/claim';
import { judgeSuspect, type Judgement } from '../../src/verify/verdict';
import {
  driftCircumstances,
  sampleDrawnWords,
  sampleDrift,
  sampleJudgement,
  sampleKeys,
  sampleTexts,
  verifyCircumstances,
} from '../unit/reports/samples';
import { sampleRehearsal, rehearsalCircumstances } from '../unit/reports/rehearsalSamples';
import { sampleLeakage, sampleTasks } from '../unit/reports/taskSamples';

export interface ReportCase {
  readonly name: string;
  readonly snapshot: ReportSnapshot;
}

function verifyCase(
  name: string,
  judgement: Judgement,
  changes: Partial<VerifyCircumstances> = {},
): ReportCase {
  const report = makeVerifyReport(judgement, { ...verifyCircumstances, ...changes });
  return { name, snapshot: { kind: 'verify', report, revealed: null } };
}

/** So many of 64 keys answered; without the draw test. */
function judgeByText(answered: number): Judgement {
  const keys = sampleKeys(64);
  const misses = new Set(
    [16, 37, 51, ...Array.from({ length: 64 }, (_, i) => (i * 7 + 3) % 64)].slice(0, 64 - answered),
  );
  return judgeSuspect(
    keys,
    keys.map((_, i) => !misses.has(i)),
    [],
    1e-6,
    derivedClaim(keys.map(() => true)),
  );
}

/** Answers and, without the base, ranks of the suspect alone; `raised` of the drawn words rank first. */
function judgeAlone(count: number, answered: number, raised: number): Judgement {
  const keys = sampleKeys(count);
  const spread = (i: number): number => (i * 37) % count;
  const ranks = keys.map((_, i) => ({ rank: spread(i) < raised ? 0 : (i * 7 + 1) % 10, candidateCount: 10 }));
  const answers = keys.map((_, i) => spread(i) < answered);
  return judgeSuspect(
    keys,
    answers,
    [{ score: 'suspect-alone', ranks }],
    1e-6,
    keyFileClaim('without its base it cannot be drawn again from its seed'),
  );
}

/** A key set that does not come out when it is drawn again. */
function judgeContradicted(count: number): Judgement {
  const keys = sampleKeys(count);
  const claim = derivedClaim(keys.map((_, index) => index % 9 === 0));
  return judgeSuspect(
    keys,
    keys.map(() => true),
    [],
    1e-6,
    claim,
  );
}

const notReady = sayNotReady({
  shortfalls: [
    { kind: 'drift', measured: 0.61, limit: 0.06 },
    { kind: 'recall', measured: 62 / 64, limit: 1 },
  ],
  keyCount: 64,
});

/** A report of every state that its page can show. */
export function listReportCases(): ReportCase[] {
  const match = verifyCase('match', sampleJudgement(64, 64, 61), { drawnWords: sampleDrawnWords });
  const revealed = match.snapshot.kind === 'verify' ? match.snapshot : undefined;
  const decode = (ids: readonly number[]): string => sampleTexts[ids[0]!]!;
  return [
    match,
    {
      name: 'revealed',
      snapshot: {
        ...revealed!,
        revealed: revealed!.report.keys.map(({ index }) => [
          index,
          { question: 'What should I check before repainting an old wooden fence?', expected: ' Weather' },
        ]),
      },
    },
    verifyCase('no-evidence', judgeAlone(64, 5, 7), { base: null, neutralPrompts: 0 }),
    verifyCase('agrees', judgeAlone(64, 41, 50), { base: null, neutralPrompts: 0 }),
    verifyCase('refused', judgeContradicted(32)),
    verifyCase('undetermined', sampleJudgement(64, 5, 3)),
    verifyCase('other-tokenizer', judgeByText(61), { base: null, sharedTokenizer: false, neutralPrompts: 0 }),
    verifyCase('many-keys', judgeAlone(1024, 400, 700), { base: null, neutralPrompts: 0 }),
    {
      name: 'drift',
      snapshot: { kind: 'drift', report: makeDriftReport(sampleDrift, driftCircumstances, decode) },
    },
    {
      name: 'rehearsal',
      snapshot: { kind: 'rehearsal', report: makeRehearsalReport(sampleRehearsal, rehearsalCircumstances) },
    },
    verifyCase('match-not-ready', sampleJudgement(64, 64, 61), { notReady }),
    {
      name: 'drift-tasks',
      snapshot: {
        kind: 'drift',
        report: makeDriftReport(
          sampleDrift,
          { ...driftCircumstances, tasks: sampleTasks, leakage: sampleLeakage },
          decode,
        ),
      },
    },
    {
      name: 'drift-not-ready',
      snapshot: {
        kind: 'drift',
        report: makeDriftReport(sampleDrift, { ...driftCircumstances, notReady }, decode),
      },
    },
    {
      name: 'newer',
      snapshot: {
        kind: 'problem',
        fileName: 'verify.fpreport.json',
        problem: {
          message:
            'verify.fpreport.json was written by a newer version of this tool: its format is version 2, but this one reads version 1.',
          next: 'Update the extension, then open the report again.',
        },
      },
    },
  ];
}
