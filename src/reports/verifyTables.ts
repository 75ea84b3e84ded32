import type { VerifyReport } from '../verify/verifyReport';
import { nameRank } from './charts/rankHistogram';
import { nameTest } from './makeVerifyReport';
import { formatCount, formatFixed, formatOf, formatPercent, formatPercentRange } from './words';
import type { Fact, Table } from './table';

/** How the number was reached: one row a test, with what luck gives. */
export function tabulateTests(report: VerifyReport): Table {
  const { answers, draws, verdict } = report;
  const names = [answers.name, ...draws.map((draw) => draw.name)];
  return {
    caption: 'Every test that was fixed beforehand',
    columns: [
      { name: 'Test' },
      { name: 'Seen', isNumber: true },
      { name: 'By luck', isNumber: true },
      { name: '95 % interval', isNumber: true },
      { name: 'Rank sum', isNumber: true },
      { name: 'p-value', isNumber: true },
    ],
    rows: [
      [
        nameTest(answers.name),
        formatOf(answers.hits, answers.asked),
        formatFixed(answers.expectedHits, 1),
        formatPercentRange(answers.interval95, 1),
        '–',
        answers.p,
      ],
      ...draws.map((draw) => [
        nameTest(draw.name),
        `${formatOf(draw.firsts, draw.asked)} first`,
        formatFixed(draw.expectedFirsts, 1),
        formatPercentRange(draw.interval95, 1),
        `${formatCount(draw.rankSum)} (luck ${formatFixed(draw.expectedRankSum, 0)})`,
        draw.p,
      ]),
    ],
    strongRow: names.indexOf(verdict.decidedBy),
  };
}

/** The numbers of the rank histogram. */
export function tabulateRanks(draw: VerifyReport['draws'][number]): Table {
  return {
    caption: 'Place of the drawn word among its candidates',
    columns: [
      { name: 'Place' },
      { name: 'Keys', isNumber: true },
      { name: 'Share', isNumber: true },
      { name: 'By luck', isNumber: true },
    ],
    rows: draw.histogram.map(({ rank, seen, expected }) => [
      nameRank(rank),
      formatCount(seen),
      formatPercent(draw.asked === 0 ? 0 : seen / draw.asked, 1),
      formatFixed(expected, 1),
    ]),
    strongRow: -1,
  };
}

/** Every key in the committed order. */
export function tabulateKeys(report: VerifyReport): Table {
  const { keys, draws } = report;
  return {
    caption: `${formatOf(report.keySet.asked, report.keySet.count)} asked, in the order fixed by the commitment`,
    columns: [
      { name: 'Order', isNumber: true },
      { name: 'Key' },
      { name: 'Result' },
      { name: 'Candidates', isNumber: true },
      ...draws.map((draw) => ({ name: nameTest(draw.name), isNumber: true })),
    ],
    rows: keys.map((key, order) => [
      formatCount(order + 1),
      `K${String(key.index + 1).padStart(2, '0')}`,
      describeAnswer(key.answered),
      formatCount(key.candidateCount),
      ...key.ranks.map(({ rank }) => (rank === null ? '–' : nameRank(rank))),
    ]),
    strongRow: -1,
  };
}

export function describeAnswer(answered: boolean | null): string {
  if (answered === null) return 'not asked';
  return answered ? 'answered' : 'not answered';
}

/** The circumstances: what was asked, with what, when. */
export function listVerifyRecord(report: VerifyReport): Fact[] {
  const { suspect, base, keySet } = report;
  return [
    { name: 'Suspect', value: suspect.path },
    { name: 'Its digest', value: suspect.digest, isCode: true },
    ...(base
      ? [
          { name: 'Base', value: base.path },
          { name: 'Its digest', value: base.digest, isCode: true },
        ]
      : [{ name: 'Base', value: 'not at hand' }]),
    { name: 'Commitment', value: keySet.commitment, isCode: true },
    {
      name: 'Asked',
      value: report.sharedTokenizer
        ? 'token by token: the suspect has the tokenizer of the key set'
        : 'by text: the suspect has another tokenizer, so only answers count',
    },
    { name: 'Neutral prompts', value: formatCount(report.neutralPrompts) },
    { name: 'Device', value: report.device },
    { name: 'Made with', value: report.tool },
  ];
}
