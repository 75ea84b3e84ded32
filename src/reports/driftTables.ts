import type { DriftReport } from '../drift/driftReport';
import { nameRanges } from './charts/driftChart';
import type { Fact, Table } from './table';
import {
  formatCount,
  formatDate,
  formatFixed,
  formatPercent,
  formatPercentRange,
  formatSignedPercent,
  formatSmall,
} from './words';

/** The measurements before and after marking. */
export function tabulateLoss(report: DriftReport): Table {
  return {
    caption: 'Both models on the same texts; loss in nats a token',
    columns: [
      { name: 'Measure' },
      { name: 'Original', isNumber: true },
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
    caption: 'Distance between the two models',
    columns: [
      { name: 'Measure' },
      { name: 'Value', isNumber: true },
      { name: '95 % interval', isNumber: true },
    ],
    rows: [
      ['Distance a token (KL), mean, nats', formatSmall(kl.value), klInterval],
      ['Distance a token (KL), 95th percentile, nats', formatSmall(report.klPercentile95), '–'],
      [
        'Same likeliest next token',
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

/** The numbers of the drift chart. */
export function tabulateRanges(report: DriftReport): Table {
  return {
    caption: 'Tokens by distance (KL), nats',
    columns: [{ name: 'Distance' }, { name: 'Tokens', isNumber: true }, { name: 'Share', isNumber: true }],
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
    { name: 'Original', value: base.path },
    { name: 'Digest of the original', value: base.digest, isCode: true },
    { name: 'Marked', value: marked.path },
    { name: 'Digest of the marked', value: marked.digest, isCode: true },
  ];
}

/** The circumstances: texts, program, date. */
export function listDriftRecord(report: DriftReport): Fact[] {
  return [
    { name: 'Texts', value: report.textSources.join(', ') },
    { name: 'Device', value: report.device },
    { name: 'Made with', value: report.tool },
    { name: 'Measured', value: `${formatDate(report.date)}, by the clock of this computer` },
  ];
}
