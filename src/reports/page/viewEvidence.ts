import type { VerifyReport } from '../../verify/verifyReport';
import { html, type Html } from '../../words/escape';
import { formatOf } from '../../words/numbers';
import type { Charts, DrawChart } from '../charts/drawing';
import { countRisen, planDrawnWordChart } from '../charts/drawnWordChart';
import { planGrowthChart, sayEnough, type EvidenceGrowth } from '../charts/growthChart';
import { tabulateDrawnWords, tabulateGrowth } from '../tables/evidenceTables';
import { renderFigure } from './pieces';

const names = { growth: 'growth', drawnWords: 'drawn-words' } as const;

/** The words beside a figure, the same in Markdown. */
export const growthWords = {
  title: 'How soon the verdict was there',
  unit: '−log₁₀ of the p-value, by the number of keys in the committed order',
};
export const drawnWordWords = {
  title: 'The drawn words, before and after',
  unit: 'probability of each drawn word; each line is one key, rounded and in no order',
};

/** The charts of how the evidence came about, by name. @param growth as {@link planGrowth} found it, which takes a while. */
export function planEvidenceCharts(
  report: VerifyReport,
  growth: EvidenceGrowth | undefined,
): (readonly [string, DrawChart])[] {
  const drawnWords = planDrawnWordChart(report);
  return [
    ...(growth ? [[names.growth, planGrowthChart(report, growth)] as const] : []),
    ...(drawnWords ? [[names.drawnWords, drawnWords] as const] : []),
  ];
}

/** Both figures, where a report has them. */
export function renderEvidence(
  report: VerifyReport,
  growth: EvidenceGrowth | undefined,
  charts: Charts,
): Html {
  const figures = [...renderGrowth(growth, charts), ...renderDrawnWords(report, charts)];
  if (figures.length === 0) return html``;
  return html`<section>
    <h2>How the evidence came about</h2>
    <div class="${figures.length === 1 ? 'beside' : 'two'}">${figures}</div>
  </section>`;
}

function renderGrowth(growth: EvidenceGrowth | undefined, charts: Charts): Html[] {
  if (!growth) return [];
  const legend = growth.hasDraw
    ? html`<p class="legend">
        <span><i class="stroke solid"></i>draw</span><span><i class="stroke dashed"></i>answers</span>
      </p>`
    : html`<p class="legend">
        <span><i class="stroke solid"></i>answers</span>
      </p>`;
  const words = { ...growthWords, value: sayEnough(growth) };
  return [renderFigure({ charts, name: names.growth }, words, tabulateGrowth(growth), { legend })];
}

function renderDrawnWords({ drawnWords = [] }: VerifyReport, charts: Charts): Html[] {
  if (!charts.has(names.drawnWords)) return [];
  const words = {
    ...drawnWordWords,
    value: `${formatOf(countRisen(drawnWords), drawnWords.length)} likelier`,
  };
  return [renderFigure({ charts, name: names.drawnWords }, words, tabulateDrawnWords(drawnWords))];
}
