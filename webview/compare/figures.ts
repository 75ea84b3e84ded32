import { html, type TemplateResult } from 'lit-html';
import type { BoxedChart } from '../parts/chartBox';

interface Figure {
  readonly title: string;
  readonly boxed: BoxedChart;
  readonly legend: TemplateResult;
}

/** A chart with its title above it and its legend below. */
export function renderFigure({ title, boxed, legend }: Figure): TemplateResult {
  return html`<figure aria-label=${title}>
    <div class="chart-head"><h3>${title}</h3></div>
    <chart-box .chart=${boxed}></chart-box>
    <figcaption class="legend">${legend}</figcaption>
  </figure>`;
}
