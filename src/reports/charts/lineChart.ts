import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { type Html, html } from '../../words/escape';
import { formatCount, formatFixed } from '../../words/numbers';
import { round, type DrawChart } from './drawing';
import { placeLabel } from './placeLabel';
import { thinPoints, type Point } from './thinPoints';

export interface LineChart {
  /** One sentence for users who do not see the picture. */
  readonly label: string;
  /** Right end of the horizontal axis, which begins at zero, and its unit: "steps". */
  readonly end: number;
  readonly unit: string;
  /** Top of the vertical axis, which begins at zero, when it is known; otherwise the highest value. */
  readonly top?: number;
  /** At most two; the second one is drawn dashed, with a square at its end. */
  readonly series: readonly (readonly Point[])[];
  readonly limits?: readonly LineLimit[];
  /** Where a run ended early. */
  readonly stop?: { readonly x: number; readonly words: string };
  /** The point that a reader inspects. */
  readonly cursor?: number | null;
}

/** A level with its name: a limit or a reference. */
interface LineLimit {
  readonly value: number;
  readonly words: string;
  readonly kind: 'rule' | 'reference';
}

const heightPx = 150;
const marginPx = { top: 12, right: 8, bottom: 20, left: 40 };
/** A line with more points is thinned to what its pixels can show. */
const maxPoints = 400;
/** Space for the last label of the horizontal axis and the one before it. */
const endLabelPx = 72;

/**
 * Lines over a common axis. Colours come from the page, by class: `l1` and `d1`, `l2` and `d2`, `lim-l`,
 * `ref`, `stop`, `cursor`.
 */
export function planLineChart(chart: LineChart): DrawChart {
  return (widthPx) => draw(chart, widthPx);
}

function draw(chart: LineChart, widthPx: number): Html {
  const x = scaleLinear([0, chart.end], [marginPx.left, widthPx - marginPx.right]);
  const y = verticalAxis(chart);
  const curves = chart.series.map((points) =>
    points.map((point) => ({ x: x(point.x), y: y.place(point.y) })),
  );
  const right = widthPx - marginPx.right;
  return html`<svg
    width="${widthPx}"
    height="${heightPx}"
    viewBox="0 0 ${widthPx} ${heightPx}"
    role="img"
    aria-label="${chart.label}"
  >
    ${y.ticks.map((tick) => drawTick(tick.words, y.place(tick.value), right))} ${drawBottom(chart, x)}
    ${(chart.limits ?? []).map((limit) => drawLimit(limit, y.place(limit.value), right, curves))}
    ${chart.series.map((points, i) => drawSeries(points, i === 0 ? 'l1' : 'l2', x, y.place))}
    ${chart.stop ? drawStop(chart.stop.words, x(chart.stop.x), right) : []}
    ${chart.cursor === null || chart.cursor === undefined ? [] : drawCursor(x(chart.cursor))}
  </svg>`;
}

/** The horizontal value under a pixel, counted from the chart's left. */
export function locatePixel(chart: LineChart, widthPx: number, pixel: number): number {
  return scaleLinear([marginPx.left, widthPx - marginPx.right], [0, chart.end]).clamp(true)(pixel);
}

interface Axis {
  readonly ticks: readonly { readonly value: number; readonly words: string }[];
  readonly place: (value: number) => number;
}

const ground = heightPx - marginPx.bottom;

function verticalAxis({ series, limits, top }: LineChart): Axis {
  const values = [...series.flat().map((point) => point.y), ...(limits ?? []).map((limit) => limit.value)];
  const highest = top ?? Math.max(Number.MIN_VALUE, ...values) * 1.1;
  const scale = scaleLinear([0, highest > 1e-300 ? highest : 1], [ground, marginPx.top]);
  if (top === undefined) scale.nice(4);
  const ticks = top === undefined ? scale.ticks(4) : divide(top, 4);
  const decimals = Math.max(0, -Math.floor(Math.log10(ticks[1] ?? 1) + 1e-9));
  return {
    ticks: ticks.map((value) => ({ value, words: formatFixed(value, Math.min(decimals, 6)) })),
    place: (value) => scale(value),
  };
}

/** Divides the axis into equal parts up to the end where these are round, or else at round numbers. */
function divide(end: number, parts: number): number[] {
  if (isRound(end / parts)) return Array.from({ length: parts + 1 }, (_, i) => (i * end) / parts);
  return scaleLinear([0, end], [0, 1]).ticks(parts).filter(Number.isInteger);
}

/** 1, 2, 2.5, 4 or 5 times a power of ten, or a power of two: "40", "25", "16", but neither 13 nor 18. */
function isRound(value: number): boolean {
  if (!Number.isInteger(value) || value < 1) return false;
  const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 2.5, 4, 5].includes(Number(mantissa.toFixed(6))) || Number.isInteger(Math.log2(value));
}

/** The middle of a pixel, so that a hairline stays one pixel wide. */
function crisp(value: number): number {
  return Math.round(value) + 0.5;
}

function drawTick(words: string, top: number, right: number): Html {
  return html`<line
      class="grid-l"
      x1="${marginPx.left}"
      x2="${right}"
      y1="${crisp(top)}"
      y2="${crisp(top)}"
    />
    <text x="${marginPx.left - 6}" y="${crisp(top) + 3.5}" text-anchor="end">${words}</text>`;
}

/** The horizontal axis with labels for a few steps; the last one includes the unit. */
function drawBottom({ end, unit }: LineChart, x: (value: number) => number): Html {
  const line = html`<line
    class="axis"
    x1="${marginPx.left}"
    x2="${round(x(end))}"
    y1="${ground + 0.5}"
    y2="${ground + 0.5}"
  />`;
  const inner = divide(end, 3).filter((tick) => x(end) - x(tick) > endLabelPx);
  return html`${line}${inner.map((tick) => drawBelow(formatCount(tick), x(tick), 'middle'))}${drawBelow(
    `${formatCount(end)} ${unit}`,
    x(end),
    'end',
  )}`;
}

function drawBelow(words: string, left: number, anchor: 'middle' | 'end'): Html {
  return html`<line class="axis" x1="${round(left)}" x2="${round(left)}" y1="${ground}" y2="${ground + 3}" />
    <text x="${round(left)}" y="${heightPx - 4}" text-anchor="${anchor}">${words}</text>`;
}

function drawLimit(
  { words, kind }: LineLimit,
  top: number,
  right: number,
  curves: readonly (readonly Point[])[],
): Html {
  const textClass = kind === 'rule' ? 'lim' : 'ref-text';
  const line = { words, left: marginPx.left, right, top, highest: 0, lowest: ground };
  const { x, y, anchor } = placeLabel(line, curves);
  return html`<line
      class="${kind === 'rule' ? 'lim-l' : 'ref'}"
      x1="${marginPx.left}"
      x2="${right}"
      y1="${crisp(top)}"
      y2="${crisp(top)}"
    />
    <text class="${textClass}" x="${round(x)}" y="${crisp(y)}" text-anchor="${anchor}">${words}</text>`;
}

function drawSeries(
  points: readonly Point[],
  name: 'l1' | 'l2',
  x: (value: number) => number,
  y: (value: number) => number,
): Html {
  const last = points.at(-1);
  if (!last) return html``;
  const shown = points.length > maxPoints ? thinPoints(points, x) : points;
  const path = line<Point>(
    (point) => round(x(point.x)),
    (point) => round(y(point.y)),
  )(shown);
  return html`<path class="${name}" d="${path ?? ''}" />${drawEnd(name, round(x(last.x)), round(y(last.y)))}`;
}

function drawEnd(name: 'l1' | 'l2', left: number, top: number): Html {
  if (name === 'l1') return html`<circle class="d1" cx="${left}" cy="${top}" r="3" />`;
  return html`<rect class="d2" x="${left - 2.5}" y="${top - 2.5}" width="5" height="5" />`;
}

function drawStop(words: string, left: number, right: number): Html {
  const place = crisp(left);
  const top = marginPx.top;
  const isLate = left > right * 0.6;
  return html`<line class="stop" x1="${place}" x2="${place}" y1="${top}" y2="${ground}" />
    <path class="stop" d="M${place - 4} ${top - 4}l8 8M${place + 4} ${top - 4}l-8 8" />
    <text class="v" x="${place + (isLate ? -8 : 8)}" y="${top + 4}" text-anchor="${isLate ? 'end' : 'start'}"
      >${words}</text
    >`;
}

function drawCursor(left: number): Html {
  return html`<line
    class="cursor"
    x1="${crisp(left)}"
    x2="${crisp(left)}"
    y1="${marginPx.top}"
    y2="${ground}"
  />`;
}
