import type { DriftReport } from '../../drift/driftReport';
import { formatPercent } from '../../words/numbers';
import { planBarChart } from './barChart';
import type { DrawChart } from './drawing';

/**
 * How many tokens moved how far: counts by ranges of the KL divergence of single tokens, with the limits
 * between the bars.
 */
export function planDriftChart(report: DriftReport): DrawChart {
  const first = report.klHistogram[0];
  const quiet = first && report.tokens > 0 ? first.tokens / report.tokens : 0;
  return planBarChart({
    label: `Tokens by KL divergence between the two models: ${formatPercent(quiet, 1)} moved by less than ${String(first?.belowNats ?? 0)} nats.`,
    bars: report.klHistogram.map(({ belowNats, tokens }) => ({
      name: String(belowNats ?? ''),
      value: tokens,
    })),
    names: 'borders',
  });
}

/** "below 0.001", "0.001 to 0.01", …, "1 and more", in nats. */
export function nameRanges(report: DriftReport): { name: string; tokens: number }[] {
  return report.klHistogram.map(({ belowNats, tokens }, i) => {
    const from = report.klHistogram[i - 1]?.belowNats;
    if (from === undefined || from === null) return { name: `below ${belowNats ?? ''}`, tokens };
    return { name: belowNats === null ? `${from} and more` : `${from} to ${belowNats}`, tokens };
  });
}
