import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { type Html, html } from '../../words/escape';
import { formatCount, formatFixed } from '../../words/numbers';
import { round, type DrawChart } from './drawing';

export interface ScatterChart {
  /** One sentence for users who do not see the picture. */
  readonly label: string;
  readonly points: readonly {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    /** Drawn filled; the others are outlines. */
    readonly isChosen: boolean;
  }[];
  /** Both axes begin at zero. `top` is the end of the vertical one. */
  readonly top: number;
  /** What the horizontal axis shows: "KL, nats a token". */
  readonly unit: string;
  /** A limit of the horizontal axis with its name. */
  readonly limit: { readonly value: number; readonly words: string } | null;
  /** Index of the point that a reader inspects. */
  readonly cursor: number | null;
}

const heightPx = 220;
const marginPx = { top: 18, right: 16, bottom: 34, left: 40 };
const ground = heightPx - marginPx.bottom;
const dotPx = 4;
/** Room for a name at the right of its dot. */
const namePx = 40;

type Scale = ScaleLinear<number, number>;

/** Named points over two measures. Colours come from the page, by class: `d1`, `dot`, `lim-l`, `cursor`. */
export function planScatterChart(chart: ScatterChart): DrawChart {
  return (widthPx) => {
    const { x, y } = scalesOf(chart, widthPx);
    const right = widthPx - marginPx.right;
    const inspected = chart.cursor === null ? undefined : chart.points[chart.cursor];
    return html`<svg
      width="${widthPx}"
      height="${heightPx}"
      viewBox="0 0 ${widthPx} ${heightPx}"
      role="img"
      aria-label="${chart.label}"
    >
      ${y.ticks(4).map((tick) => drawRow(tick, y(tick), right))}
      <line class="axis" x1="${marginPx.left}" x2="${right}" y1="${ground + 0.5}" y2="${ground + 0.5}" />
      ${x.ticks(4).map((tick) => drawColumn(tick, x))}
      <text x="${right}" y="${heightPx - 3}" text-anchor="end">${chart.unit}</text>
      ${chart.limit ? drawLimit(chart.limit, x, right) : []}
      ${
        inspected
          ? html`<line
              class="cursor"
              x1="${round(x(inspected.x))}"
              x2="${round(x(inspected.x))}"
              y1="${marginPx.top}"
              y2="${ground}"
            />`
          : []
      }
      ${chart.points.map((point) => drawPoint(point, { x, y, right }))}
    </svg>`;
  };
}

/** The horizontal value under a pixel, counted from the chart's left. */
export function locateInScatter(chart: ScatterChart, widthPx: number, pixel: number): number {
  return scalesOf(chart, widthPx).x.invert(pixel);
}

function scalesOf(
  { points, limit, top }: ScatterChart,
  widthPx: number,
): { readonly x: Scale; readonly y: Scale } {
  const farthest = Math.max(1e-9, limit?.value ?? 0, ...points.map((point) => point.x)) * 1.1;
  return {
    x: scaleLinear([0, farthest], [marginPx.left, widthPx - marginPx.right]),
    y: scaleLinear([0, Math.max(1, top)], [ground, marginPx.top]),
  };
}

function drawRow(tick: number, top: number, right: number): Html {
  const line = Math.round(top) + 0.5;
  return html`<line class="grid-l" x1="${marginPx.left}" x2="${right}" y1="${line}" y2="${line}" />
    <text x="${marginPx.left - 6}" y="${line + 3.5}" text-anchor="end">${formatCount(tick)}</text>`;
}

function drawColumn(tick: number, x: Scale): Html {
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(x.ticks(4)[1] ?? 1) + 1e-9)));
  const left = round(x(tick));
  return html`<line class="axis" x1="${left}" x2="${left}" y1="${ground}" y2="${ground + 3}" />
    <text x="${left}" y="${ground + 15}" text-anchor="middle">${formatFixed(tick, decimals)}</text>`;
}

function drawLimit({ value, words }: { value: number; words: string }, x: Scale, right: number): Html {
  const left = Math.round(x(value)) + 0.5;
  const isLate = left > right - 90;
  return html`<line class="lim-l" x1="${left}" x2="${left}" y1="${marginPx.top}" y2="${ground}" />
    <text
      class="lim"
      x="${left + (isLate ? -5 : 5)}"
      y="${marginPx.top - 5}"
      text-anchor="${isLate ? 'end' : 'start'}"
      >${words}</text
    >`;
}

function drawPoint(
  { name, x: value, y: height, isChosen }: ScatterChart['points'][number],
  { x, y, right }: { readonly x: Scale; readonly y: Scale; readonly right: number },
): Html {
  const [left, top] = [round(x(value)), round(y(height))];
  const isLate = left > right - namePx;
  return html`<circle class="${isChosen ? 'd1' : 'dot'}" cx="${left}" cy="${top}" r="${dotPx}" />
    <text class="v" x="${left + (isLate ? -8 : 8)}" y="${top + 4}" text-anchor="${isLate ? 'end' : 'start'}"
      >${name}</text
    >`;
}
