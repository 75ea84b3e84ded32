import type { DriftReport } from '../../drift/driftReport';
import { sayNats } from '../../words/drift';
import { nameRanges } from '../charts/driftChart';
import { showPlace } from '../page/reportView';
import type { Fact, Table } from './table';
import {
  formatCount,
  formatFixed,
  formatPercent,
  formatPercentRange,
  formatSignedPercent,
  formatSmall,
} from '../../words/numbers';
import { formatDate } from '../../words/dates';

/** The measurements before and after marking. */
export function tabulateLoss(report: DriftReport): Table {
  return {
    caption: 'Both models on the same texts; loss in nats a token',
    columns: [
      { name: 'Measure' },
      { name: 'Base', isNumber: true },
      { name: 'Marked', isNumber: true },
      { name: 'Change', isNumber: true },
      { name: '95 % interval', isNumber: true },
    ],
    rows: [
      [
        'Loss',
        formatFixed(report.baseLoss, 4),
        formatFixed(report.markedLoss, 4),
        formatSignedPercent(report.lossRise.value, 2),
        formatShareInterval(report.lossRise.interval95, 2),
      ],
      [
        'Perplexity',
        formatFixed(report.basePerplexity, 2),
        formatFixed(report.markedPerplexity, 2),
        formatSignedPercent(report.markedPerplexity / report.basePerplexity - 1, 2),
        '–',
      ],
    ],
    strongRow: 0,
  };
}

/** How far the predictions of single tokens moved. */
export function tabulateDistance(report: DriftReport): Table {
  const { kl, agreement, unchangedShare } = report;
  const klInterval = kl.interval95
    ? `${formatSmall(Math.max(0, kl.interval95.low))} to ${formatSmall(kl.interval95.high)}`
    : '–';
  return {
    caption: 'How far the predictions moved',
    columns: [
      { name: 'Measure' },
      { name: 'Value', isNumber: true },
      { name: '95 % interval', isNumber: true },
    ],
    rows: [
      ['Drift: mean KL divergence, nats a token', formatSmall(kl.value), klInterval],
      ['KL divergence, 95th percentile, nats a token', formatSmall(report.klPercentile95), '–'],
      [
        'Same likeliest next word',
        formatPercent(agreement.value, 1),
        formatShareInterval(agreement.interval95, 1),
      ],
      [
        'Continued tokens unchanged',
        unchangedShare === null ? 'not measured' : formatPercent(unchangedShare, 1),
        '–',
      ],
    ],
    strongRow: -1,
  };
}

/**
 * The yardstick: the same figures of the base with rounded weights, which many people run without a thought.
 * Undefined where it was not measured.
 */
export function tabulateRoundings(report: DriftReport): Table | undefined {
  const { roundings = [] } = report;
  if (roundings.length === 0) return undefined;
  const rounded = roundings.map((rounding) => ({ name: `Base, ${rounding.bits} bits`, ...rounding }));
  return {
    caption: 'The same text; blocks of 32 weights share a scale, as in q8_0 and q4_0 of llama.cpp',
    columns: [
      { name: 'Compared with the base' },
      { name: 'Drift, nats a token', isNumber: true },
      { name: 'Same likeliest word', isNumber: true },
      { name: 'Continued tokens unchanged', isNumber: true },
      { name: 'Change in loss', isNumber: true },
    ],
    rows: [{ name: 'This copy', ...report }, ...rounded].map((each) => [
      each.name,
      sayNats(each.kl.value),
      formatPercent(each.agreement.value, 1),
      each.unchangedShare === null ? 'not measured' : formatPercent(each.unchangedShare, 0),
      formatSignedPercent(each.lossRise.value, 2),
    ]),
    strongRow: 0,
  };
}

/** The numbers of the drift chart. */
export function tabulateRanges(report: DriftReport): Table {
  return {
    caption: 'Tokens by KL divergence, nats',
    columns: [
      { name: 'KL divergence' },
      { name: 'Tokens', isNumber: true },
      { name: 'Share', isNumber: true },
    ],
    rows: nameRanges(report).map(({ name, tokens }) => [
      name,
      formatCount(tokens),
      formatPercent(report.tokens === 0 ? 0 : tokens / report.tokens, 1),
    ]),
    strongRow: -1,
  };
}

function formatShareInterval(range: { low: number; high: number } | null, decimals: number): string {
  return range ? formatPercentRange(range, decimals) : '–';
}

/** The models that were compared. */
export function listComparedModels({ base, marked }: DriftReport): Fact[] {
  return [
    { name: 'Base', value: showPlace(base.path) },
    { name: 'Digest of the base', value: base.digest, isCode: true },
    { name: 'Marked', value: showPlace(marked.path) },
    { name: 'Digest of the marked model', value: marked.digest, isCode: true },
  ];
}

/** The circumstances: texts, program, date. */
export function listDriftRecord(report: DriftReport): Fact[] {
  return [
    { name: 'Texts', value: report.textSources.join(', ') },
    { name: 'Device', value: report.device },
    { name: 'Made with', value: report.tool },
    { name: 'Measured', value: `${formatDate(report.date)}, by this computer’s clock` },
  ];
}
