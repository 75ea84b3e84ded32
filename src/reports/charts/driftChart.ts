import type { DriftReport } from '../../drift/driftReport';
import type { Html } from '../escape';
import { formatPercent } from '../words';
import { drawBarChart } from './barChart';

/** How many tokens moved how far: counts by ranges of the KL divergence of single tokens. */
export function drawDriftChart(report: DriftReport): Html {
  const first = report.klHistogram[0];
  const quiet = first && report.tokens > 0 ? first.tokens / report.tokens : 0;
  return drawBarChart({
    label: `Tokens by distance between the two models: ${formatPercent(quiet, 1)} moved by less than ${String(first?.belowNats ?? 0)} nats.`,
    bars: report.klHistogram.map(({ tokens }, i) => ({ name: nameStart(report, i), value: tokens })),
  });
}

/** Short enough to stand under a bar: "below 0.0001", then "from 0.0001", … */
function nameStart({ klHistogram }: DriftReport, bar: number): string {
  const from = klHistogram[bar - 1]?.belowNats;
  return from === undefined || from === null ? `below ${klHistogram[bar]?.belowNats ?? ''}` : `from ${from}`;
}

/** "below 0.001", "0.001 to 0.01", …, "1 and more", in nats. */
export function nameRanges(report: DriftReport): { name: string; tokens: number }[] {
  return report.klHistogram.map(({ belowNats, tokens }, i) => {
    const from = report.klHistogram[i - 1]?.belowNats;
    if (from === undefined || from === null) return { name: `below ${belowNats ?? ''}`, tokens };
    return { name: belowNats === null ? `${from} and more` : `${from} to ${belowNats}`, tokens };
  });
}
