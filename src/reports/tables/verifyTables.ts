import type { VerifyReport } from '../../verify/verifyReport';
import { nameRank } from '../charts/rankHistogram';
import { allowsMatch } from '../words/findings';
import { nameTest } from '../words/testNames';
import { showPlace } from '../page/reportView';
import type { Cell, Column, Fact, Table } from './table';
import { formatCount, formatFixed, formatOf, formatPercent, formatPercentRange } from '../../words/numbers';
import { formatDate } from '../../words/dates';

type Draw = VerifyReport['draws'][number];
type KeyRow = VerifyReport['keys'][number];

/** A key in the clear, for users who opened its set. */
export interface RevealedKey {
  readonly question: string;
  readonly expected: string;
}

/** Keys in the clear by their number in the set; empty while all is hidden. */
export type RevealedKeys = ReadonlyMap<number, RevealedKey>;

/** The numbers of the verdict chart. */
export function tabulateLuck({ answers, verdict, claim }: VerifyReport): Table {
  const { hits, asked, interval95 } = answers;
  const share = asked === 0 ? '–' : formatPercent(hits / asked, 1);
  return {
    caption: 'Answers, and those expected by chance',
    columns: [{ name: 'Keys' }, { name: 'Value', isNumber: true }],
    rows: [
      ['Expected by chance, at most', `${formatFixed(answers.expectedHits, 1)} of ${formatCount(asked)}`],
      [
        allowsMatch(claim) ? 'Needed for a match by answers alone' : 'Needed to agree by answers alone',
        verdict.answersNeeded === null ? 'more than were asked' : formatOf(verdict.answersNeeded, asked),
      ],
      ['Answered', formatOf(hits, asked)],
      ['Share answered', share],
      ['95 % interval, for keys drawn in the same way', formatPercentRange(interval95, 1)],
      ['p-value', answers.p],
    ],
    strongRow: 2,
  };
}

/** How the verdict was reached: one row per test, with the number expected by chance. */
export function tabulateTests(report: VerifyReport): Table {
  const { answers, draws, verdict } = report;
  const names = [answers.name, ...draws.map((draw) => draw.name)];
  return {
    caption: 'Every test that was fixed beforehand',
    columns: [
      { name: 'Test' },
      { name: 'Asked', isNumber: true, isWideOnly: true },
      { name: 'Found', isNumber: true },
      { name: 'By chance', isNumber: true },
      { name: '95 % interval', isNumber: true, isWideOnly: true },
      { name: 'Sum of ranks', isNumber: true, isWideOnly: true },
      { name: 'p-value', isNumber: true },
    ],
    rows: [
      [
        nameTest(answers.name),
        formatCount(answers.asked),
        `${formatCount(answers.hits)} answered`,
        formatFixed(answers.expectedHits, 1),
        formatPercentRange(answers.interval95, 1),
        '–',
        answers.p,
      ],
      ...draws.map((draw) => [
        nameTest(draw.name),
        formatCount(draw.asked),
        `${formatCount(draw.firsts)} first`,
        formatFixed(draw.expectedFirsts, 1),
        formatPercentRange(draw.interval95, 1),
        // Stored from 0; a person counts places from the 1st, as the figure and the rows do.
        `${formatCount(draw.rankSum + draw.asked)}, by chance ${formatFixed(draw.expectedRankSum + draw.asked, 0)}`,
        draw.p,
      ]),
    ],
    strongRow: names.indexOf(verdict.decidedBy),
  };
}

/** The numbers of the rank histogram. */
export function tabulateRanks(draw: Draw): Table {
  return {
    caption: 'Rank of the drawn word among its candidates',
    columns: [
      { name: 'Rank' },
      { name: 'Keys', isNumber: true },
      { name: 'Share', isNumber: true },
      { name: 'By chance', isNumber: true },
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

/** Every key in the committed order. Rows are of the kinds {@link keyOutcomes}. */
export function tabulateKeys(report: VerifyReport, revealed: RevealedKeys): Table {
  const { keys, draws } = report;
  const digits = String(keys.length).length;
  const isWideOnly = revealed.size === 0;
  const hasKinds = keys.some(({ kind }) => kind !== undefined);
  return {
    caption: `${formatOf(report.keySet.asked, report.keySet.count)}, in the order fixed by the commitment`,
    columns: [
      { name: 'Order', isNumber: true },
      { name: 'Key' },
      ...(hasKinds ? [{ name: 'Kind' }] : []),
      { name: 'Question', isWideOnly },
      { name: 'Expected', isWideOnly },
      { name: 'Result' },
      ...rankColumns(draws, revealed.size > 0),
    ],
    rows: keys.map((key, order) => [
      formatCount(order + 1),
      nameKey(key.index, digits),
      ...(hasKinds ? [key.kind ?? '–'] : []),
      revealed.get(key.index)?.question ?? { hidden: 16 },
      revealed.get(key.index)?.expected ?? { hidden: 8 },
      describeResult(key),
      ...rankCells(key),
    ]),
    strongRow: -1,
    rowKinds: keys.map(outcomeOf),
  };
}

/** Where there is little room, keys in the clear are more important than ranks. */
function rankColumns(draws: readonly Draw[], isRevealed: boolean): Column[] {
  if (draws.length === 0) return [{ name: 'Candidates', isNumber: true }];
  return draws.map(({ name }, i) => ({
    name: name === 'minus-base-and-shift' ? 'Rank, shift removed' : 'Rank of the drawn word',
    isNumber: true,
    isWideOnly: isRevealed || i > 0,
  }));
}

function rankCells({ ranks, candidateCount }: KeyRow): Cell[] {
  if (ranks.length === 0) return [formatCount(candidateCount)];
  return ranks.map(({ rank }) =>
    rank === null ? '–' : `${nameRank(rank)} of ${formatCount(candidateCount)}`,
  );
}

/** The name of a key: "K07", with as many digits as the set needs. */
function nameKey(index: number, digits: number): string {
  return `K${String(index + 1).padStart(Math.max(2, digits), '0')}`;
}

/** What came of a key. A quiet one is only ranked. */
export const keyOutcomes = ['answered', 'missed', 'ranked', 'unasked'] as const;
export type KeyOutcome = (typeof keyOutcomes)[number];

export function outcomeOf({ asked, answered }: KeyRow): KeyOutcome {
  if (!asked) return 'unasked';
  if (answered === null) return 'ranked';
  return answered ? 'answered' : 'missed';
}

/** The word for an outcome: for a row, a cell of the strip, a filter. */
export const outcomeWords: Readonly<Record<KeyOutcome, string>> = {
  answered: 'answered',
  missed: 'not answered',
  ranked: 'only ranked',
  unasked: 'not asked',
};

function describeResult(key: KeyRow): Cell {
  const outcome = outcomeOf(key);
  return {
    text: outcomeWords[outcome],
    icon: ({ answered: 'pass', missed: 'miss', ranked: 'open', unasked: 'open' } as const)[outcome],
  };
}

/** The models that were compared. */
export function listModels({ suspect, base }: VerifyReport): Fact[] {
  return [
    { name: 'Suspect', value: showPlace(suspect.path) },
    { name: 'Digest of the suspect', value: suspect.digest, isCode: true },
    ...(base
      ? [
          { name: 'Base', value: showPlace(base.path) },
          { name: 'Digest of the base', value: base.digest, isCode: true },
        ]
      : [{ name: 'Base', value: 'not compared' }]),
  ];
}

/** What the suspect is, cheapest comparison first; empty where no report says. */
export function listKinship({ suspectRead }: VerifyReport): string[] {
  return (suspectRead?.kinship ?? []).map(({ sentence }) => sentence);
}

/** What was noticed about the suspect, and what a verdict of *no evidence* would have seen. */
export function listNoticed({ suspectRead }: VerifyReport): string[] {
  return [...(suspectRead?.power ?? []), ...(suspectRead?.notes ?? [])];
}

/** The circumstances: keys, method, program, date. */
export function listVerifyRecord(report: VerifyReport): Fact[] {
  return [
    { name: 'Commitment', value: report.keySet.commitment, isCode: true },
    {
      name: 'Asked',
      value: report.sharedTokenizer
        ? 'token by token: the suspect has the tokens of the key set'
        : 'by text: the suspect has a different tokenizer, so only answers count',
    },
    {
      name: 'Prompts',
      value: report.sharedTokenizer
        ? 'each key by its committed tokens, with no other text around it'
        : 'each key as text, with no other text around it but the suspect’s own chat template',
    },
    { name: 'Decoding', value: 'greedy: the likeliest token at every step; nothing is sampled' },
    {
      name: 'Neutral prompts',
      value: report.neutralPrompts === 0 ? 'none' : formatCount(report.neutralPrompts),
    },
    { name: 'Device', value: report.device },
    { name: 'Made with', value: report.tool },
    { name: 'Checked', value: `${formatDate(report.date)}, by this computer’s clock` },
  ];
}
