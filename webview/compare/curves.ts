import { html, type TemplateResult } from 'lit-html';
import type { ComparedRelease } from '../../src/protocol/compare';
import { locatePixel, planLineChart, type LineChart } from '../../src/reports/charts/lineChart';
import type { Point } from '../../src/reports/charts/thinPoints';
import { formatCount, formatFixed, formatOf } from '../../src/words/numbers';
import { formatSetting } from '../words';
import { renderFigure } from './figures';
import { notMeasured } from './table';
import type { CompareView } from './view';

/** The curves of the chosen releases over each other, and a table of their checks. */
export function renderCurves({ snapshot, state }: CompareView): TemplateResult {
  // In the order of the choice: the first is the solid line.
  const chosen = state.chosen.flatMap(
    (folder) => snapshot.releases.find((each) => each.folder === folder) ?? [],
  );
  return html`<section>
    <div class="section-head">
      <h2>Curves</h2>
      <span class="muted">at the checks of each run, from its journal</span>
    </div>
    ${
      chosen.length === 0
        ? html`<p class="muted">Choose one or two releases above.</p>`
        : html`<div class="compared-charts">${renderAnswers(chosen)} ${renderDrift(chosen)}</div>
            ${renderChecks(chosen)}`
    }
  </section>`;
}

interface Curves {
  readonly title: string;
  readonly caption: string;
  readonly chosen: readonly ComparedRelease[];
  readonly valueOf: (check: ComparedRelease['checks'][number], release: ComparedRelease) => number;
  readonly format: (value: number, release: ComparedRelease) => string;
  readonly chart: Partial<Pick<LineChart, 'top' | 'limits'>>;
}

function renderOverlay({ title, caption, chosen, valueOf, format, chart }: Curves): TemplateResult {
  const series = chosen.map((release) =>
    release.checks.map((check): Point => ({ x: check.step, y: valueOf(check, release) })),
  );
  const end = Math.max(1, ...series.flat().map(({ x }) => x));
  const drawn: LineChart = {
    label: `${title} by step: ${chosen.map(({ name }) => name).join(' and ')}.`,
    end,
    unit: 'steps',
    series,
    ...chart,
  };
  const steps = [...new Set(series.flat().map(({ x }) => x))].sort((a, b) => a - b);
  const readings = steps.map((step) => ({
    at: step,
    words: `step ${formatCount(step)}: ${chosen
      .flatMap((release, i) => {
        const point = series[i]!.find(({ x }) => x === step);
        return point ? [`${release.name} ${format(point.y, release)}`] : [];
      })
      .join(', ')}`,
  }));
  return renderFigure({
    title,
    boxed: {
      plan: (cursor) => planLineChart({ ...drawn, cursor }),
      readings,
      locate: (widthPx, pixel) => locatePixel(drawn, widthPx, pixel),
      caption,
      label: title,
    },
    legend: html`${chosen.map(
      ({ name }, i) => html`<span><i class="swatch ${i === 0 ? '' : 'is-second'}"></i>${name}</span>`,
    )}`,
  });
}

/** As shares: key sets may differ in size. */
function renderAnswers(chosen: readonly ComparedRelease[]): TemplateResult {
  const counts = new Set(chosen.map(({ keyCount }) => keyCount));
  const [only] = counts.size === 1 ? [...counts] : [];
  const top = only ?? 100;
  return renderOverlay({
    title: 'Keys answered',
    caption: only === undefined ? 'in per cent of each key set' : `of ${formatCount(only)}`,
    chosen,
    valueOf: ({ recall }) => recall * top,
    format: (value, { keyCount }) => formatOf(Math.round((value / top) * keyCount), keyCount),
    chart: { top: Math.max(1, top) },
  });
}

function renderDrift(chosen: readonly ComparedRelease[]): TemplateResult {
  const budgets = new Set(chosen.flatMap(({ driftBudget }) => driftBudget ?? []));
  return renderOverlay({
    title: 'KL divergence from the base',
    caption: 'on held-back text, nats a token',
    chosen,
    valueOf: ({ drift }) => drift,
    format: (value) => `${formatFixed(value, 4)} nats`,
    chart: {
      limits: [...budgets].map((value) => ({
        value,
        words: `budget ${formatSetting(value)}`,
        kind: 'rule' as const,
      })),
    },
  });
}

/** The numbers of the curves: a row a step of either run. */
function renderChecks(chosen: readonly ComparedRelease[]): TemplateResult {
  const steps = [...new Set(chosen.flatMap(({ checks }) => checks.map(({ step }) => step)))].sort(
    (a, b) => a - b,
  );
  if (steps.length === 0) return html`<p class="muted">No checks were recorded.</p>`;
  return html`<details class="numbers">
    <summary>The numbers of the curves</summary>
    <table class="rows is-even" aria-label="Values at each check">
      <thead>
        <tr>
          <th class="n" scope="col">Step</th>
          ${chosen.map(
            ({ name }) =>
              html`<th class="n" scope="col">${name}: keys</th>
                <th class="n" scope="col">${name}: KL</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${steps.map(
          (step) =>
            html`<tr>
              <td class="n">${formatCount(step)}</td>
              ${chosen.map((release) => renderCheck(release, step))}
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function renderCheck({ checks, keyCount }: ComparedRelease, step: number): TemplateResult {
  const check = checks.find((each) => each.step === step);
  return html`<td class="n">
      ${check ? formatOf(Math.round(check.recall * keyCount), keyCount) : notMeasured}
    </td>
    <td class="n">${check ? formatFixed(check.drift, 4) : notMeasured}</td>`;
}
