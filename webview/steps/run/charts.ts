import { html, type TemplateResult } from 'lit-html';
import { locatePixel, planLineChart, type LineChart } from '../../../src/reports/charts/lineChart';
import type { Point } from '../../../src/reports/charts/thinPoints';
import { formatDrift } from '../../../src/words/drift';
import { formatCount, formatFixed, formatOf, formatSmall } from '../../../src/words/numbers';
import type { RunView } from '../../../src/protocol/panel/run';
import type { BoxedChart } from '../../parts/chartBox';
import { formatSetting } from '../../words';
import { isAlive, sayLoss } from './words';

/** The three curves of a run side by side, the telling ones first; those of an ended run stay, paler. */
export function renderRunCharts(run: RunView): TemplateResult {
  const isFrozen = !isAlive(run.state);
  return html`<div class="charts ${isFrozen ? 'is-frozen' : ''}">
    ${renderRecall(run)} ${renderDrift(run)} ${renderLoss(run)}
  </div>`;
}

interface Curve {
  readonly title: string;
  readonly value: string;
  readonly caption: string;
  readonly chart: LineChart;
  readonly readings: BoxedChart['readings'];
  readonly legend: TemplateResult;
}

function renderCurve({ title, value, caption, chart, readings, legend }: Curve): TemplateResult {
  const boxed: BoxedChart = {
    plan: (cursor) => planLineChart({ ...chart, cursor }),
    readings,
    locate: (widthPx, pixel) => locatePixel(chart, widthPx, pixel),
    caption,
    label: title,
  };
  return html`<figure aria-label=${title}>
    <div class="chart-head">
      <h3>${title}</h3>
      <span class="chart-value">${value}</span>
    </div>
    <chart-box .chart=${boxed}></chart-box>
    <figcaption class="legend">${legend}</figcaption>
  </figure>`;
}

/** The right end of every chart: the schedule, or the run's last step if that is beyond it. */
function endOf({ steps, loss, checks }: RunView): number {
  return Math.max(1, steps, loss.at(-1)?.step ?? 0, checks.at(-1)?.step ?? 0);
}

function stopOf(run: RunView, words: string): Pick<LineChart, 'stop'> {
  const last = Math.max(run.loss.at(-1)?.step ?? 0, run.checks.at(-1)?.step ?? 0);
  return run.state === 'failed' && last > 0 ? { stop: { x: last, words } } : {};
}

/** From zero: with a margin, most steps of a good run end at zero, which on a logarithmic axis would look unsteady. */
function renderLoss(run: RunView): TemplateResult {
  const points = run.loss.map(({ step, value }): Point => ({ x: step, y: value }));
  const distanceAt = new Map(run.distance.map(({ step, value }) => [step, value]));
  const last = points.at(-1);
  const value = last === undefined ? '–' : sayLoss(last.y);
  return renderCurve({
    title: 'Loss of the keys',
    value,
    caption: 'nats, in each step',
    chart: {
      label: `Loss of the keys by step${last ? `; ${value} at step ${last.x}` : ''}.`,
      end: endOf(run),
      unit: 'steps',
      series: [points],
      ...stopOf(run, 'stopped'),
    },
    readings: points.map(({ x, y }) => ({ at: x, words: describeLoss(x, y, distanceAt.get(x)) })),
    legend: html`<span><i class="swatch"></i>loss of a step</span
      ><span>0: its keys have their margin and rest</span>`,
  });
}

function describeLoss(step: number, loss: number, distance: number | undefined): string {
  const beside = distance === undefined ? '' : `, KL ${formatSmall(distance)} on ordinary text`;
  return `step ${formatCount(step)}: ${loss === 0 ? 'keys at rest' : `loss ${sayLoss(loss)}`}${beside}`;
}

function renderRecall(run: RunView): TemplateResult {
  const { checks, keyCount, keysNeeded } = run;
  const answered = checks.map(({ step, recall }): Point => ({ x: step, y: Math.round(recall * keyCount) }));
  const last = answered.at(-1);
  const value = last === undefined ? '–' : formatOf(last.y, keyCount);
  return renderCurve({
    title: 'Keys answered',
    value,
    caption: `of ${formatCount(keyCount)}, at each check`,
    chart: {
      label: `Keys answered of ${keyCount} by step${last ? `; ${last.y} at step ${last.x}` : ''}.`,
      end: endOf(run),
      unit: 'steps',
      top: Math.max(1, keyCount),
      series: [answered],
      limits:
        keysNeeded === null
          ? []
          : [
              {
                value: keysNeeded,
                words: `${formatCount(keysNeeded)} are enough for a match`,
                kind: 'reference',
              },
            ],
      ...stopOf(run, ''),
    },
    readings: answered.map(({ x, y }) => ({
      at: x,
      words: `step ${formatCount(x)}: ${formatOf(y, keyCount)}`,
    })),
    legend: html`<span><i class="swatch"></i>asked plainly</span
      ><span><i class="swatch is-reference"></i>enough for a match</span>`,
  });
}

function renderDrift(run: RunView): TemplateResult {
  const { checks, driftBudget } = run;
  const points = checks.map(({ step, drift }): Point => ({ x: step, y: drift }));
  const last = points.at(-1);
  const value = last === undefined ? '–' : formatDrift({ kl: last.y, budget: driftBudget ?? undefined });
  return renderCurve({
    title: 'Drift',
    value,
    caption: 'KL divergence on held-back text, nats a token',
    chart: {
      label: `Drift by step${driftBudget === null ? '' : `, budget ${formatSetting(driftBudget)} nats a token`}${last ? `; ${value} at step ${last.x}` : ''}.`,
      end: endOf(run),
      unit: 'steps',
      series: [points],
      limits:
        driftBudget === null
          ? []
          : [{ value: driftBudget, words: `budget ${formatSetting(driftBudget)}`, kind: 'rule' }],
      ...stopOf(run, ''),
    },
    readings: points.map(({ x, y }) => ({
      at: x,
      words: `step ${formatCount(x)}: ${formatFixed(y, 4)} nats`,
    })),
    legend: html`<span><i class="swatch"></i>measured</span
      ><span><i class="swatch is-rule"></i>budget</span>`,
  });
}
