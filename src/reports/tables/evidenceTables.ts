import type { VerifyReport } from '../../verify/verifyReport';
import { formatChance, formatCount, formatOf, formatP } from '../../words/numbers';
import { countRisen } from '../charts/drawnWordChart';
import type { EvidenceGrowth } from '../charts/growthChart';
import type { Table } from './table';

/** Rows of a table beside a chart. */
const mostRows = 8;

/** The numbers of the growth chart, at a few of its points. */
export function tabulateGrowth({ points, limit, hasDraw }: EvidenceGrowth): Table {
  const rows = Math.min(mostRows, points.length);
  const shown = Array.from(
    { length: rows },
    (_, i) => points[Math.ceil(((i + 1) * points.length) / rows) - 1]!,
  );
  return {
    caption: `p-values by the number of keys asked; one below ${formatP(limit)} is enough`,
    columns: [
      { name: 'Keys', isNumber: true },
      ...(hasDraw ? [{ name: 'p-value of the draw', isNumber: true }] : []),
      { name: 'p-value of the answers', isNumber: true },
    ],
    rows: shown.map(({ keys, drawLog10P, answersLog10P }) => [
      formatCount(keys),
      ...(hasDraw ? [formatP(drawLog10P)] : []),
      formatP(answersLog10P),
    ]),
    strongRow: -1,
  };
}

/** The numbers of the chart of drawn words. */
export function tabulateDrawnWords(words: NonNullable<VerifyReport['drawnWords']>): Table {
  const of = (model: 'base' | 'suspect'): number[] => words.map((word) => word[model]).sort((a, b) => a - b);
  const [base, suspect] = [of('base'), of('suspect')];
  const at = (share: number, sorted: readonly number[]): string =>
    sayProbability(sorted[Math.round(share * (sorted.length - 1))]!);
  return {
    caption: `Probability of the drawn word; ${formatOf(countRisen(words), words.length)} are likelier in the suspect`,
    columns: [{ name: 'Of all keys' }, { name: 'Base', isNumber: true }, { name: 'Suspect', isNumber: true }],
    rows: [
      ['Lowest', at(0, base), at(0, suspect)],
      ['Median', at(0.5, base), at(0.5, suspect)],
      ['Highest', at(1, base), at(1, suspect)],
    ],
    strongRow: 1,
  };
}

/** The numbers are rounded to half a nat, a factor of 1.6. */
function sayProbability(nats: number): string {
  const log10P = nats / Math.LN10;
  if (nats === 0) return 'more than 3 in 4';
  return log10P > -5.9 ? formatChance(log10P) : `about ${formatP(log10P)}`;
}
