import type { SurvivalReport, SurvivalRow } from '../rehearse/survivalReport';
import { formatCount } from '../words/numbers';
import { isFound, nameAttack, summariseSurvival } from './words/survival';

type Circumstances = Omit<
  SurvivalReport,
  'format' | 'version' | 'sentence' | 'detail' | 'rows' | 'limits'
> & {
  /** Sentences on what of the texts was left out, and on what is odd in the copy's folder. */
  readonly notes?: readonly string[];
};

/** A report holds a few notes, and a user may give many files. */
const mostNotes = 10;

/** Turns what attacked copies showed into the words and figures of a stored report. */
export function makeSurvivalReport(
  rows: readonly SurvivalRow[],
  { notes = [], ...about }: Circumstances,
): SurvivalReport {
  return {
    format: 'fingerprint-model/survival-report',
    version: 1,
    ...about,
    sentence: summariseSurvival(rows),
    detail: writeDetail(rows),
    rows: rows.map((row) => ({ ...row })),
    limits: [...limits, ...notes.slice(0, mostNotes)],
  };
}

function writeDetail(rows: readonly SurvivalRow[]): string {
  const attacked = rows.filter(({ attack }) => attack !== null);
  const lost = attacked.filter((row) => !isFound(row)).map(({ attack }) => nameAttack(attack).toLowerCase());
  const found = lost.length === 0 ? '' : ` It is not found when the copy is ${lost.join(', or ')}.`;
  return `${formatCount(attacked.length)} changed copies were made, asked every key and compared with the base.${found}`;
}

const limits = [
  'Nothing was trained: fine-tuning on other text and distillation are stronger attacks, and were not tried.',
  'Match supposes that the key set comes out of its seed again; a verification checks that.',
  'Rounding is that of llama.cpp’s q8_0 and q4_0 in blocks of 32, for every matrix whose rows are whole blocks. Other formats round differently.',
  'A copy is written in the number type of the marked model before it is asked.',
  'One attack at a time was tried, on this release, with one key set.',
];
