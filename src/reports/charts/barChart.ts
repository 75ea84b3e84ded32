import { scaleBand, scaleLinear, type ScaleBand, type ScaleLinear } from 'd3-scale';
import { area, curveStepAfter } from 'd3-shape';
import { type Html, html } from '../../words/escape';
import { formatCount } from '../../words/numbers';
import { round, type DrawChart } from './drawing';

interface BarChart {
  /** One sentence for users who do not see the picture. */
  readonly label: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** Whether names are under the bars or at the borders between them; then the last border has no name. */
  readonly names: 'bars' | 'borders';
  /** A reference value for every bar, drawn behind it. */
  readonly reference?: readonly number[];
}

type X = ScaleBand<number>;
type Y = ScaleLinear<number, number>;

const heightPx = 170;
const marginPx = { top: 20, right: 2, bottom: 20, left: 40 };
/** At most this many bars show their value. */
const maxValues = 12;
/** Pixels for a name, with the gap to the next. */
const namePx = 32;

/** A bar chart. */
export function planBarChart(chart: BarChart): DrawChart {
  return (widthPx) => draw(chart, widthPx);
}

function draw(chart: BarChart, widthPx: number): Html {
  const { bars, reference } = chart;
  const highest = Math.max(1, ...bars.map((bar) => bar.value), ...(reference ?? []));
  const x = scaleBand<number>(bars.keys(), [marginPx.left, widthPx - marginPx.right])
    .paddingInner(0.3)
    .paddingOuter(0.15);
  const y = scaleLinear([0, highest], [heightPx - marginPx.bottom, marginPx.top]).nice(4);
  const ticks = y.ticks(4).filter(Number.isInteger);
  return html`<svg
    width="${widthPx}"
    height="${heightPx}"
    viewBox="0 0 ${widthPx} ${heightPx}"
    role="img"
    aria-label="${chart.label}"
  >
    ${ticks.map((tick) => drawTick(tick, y(tick), widthPx))}
    ${reference ? drawReference(reference, x, y) : []}
    ${bars.map((bar, i) => drawBar(x(i)!, x.bandwidth(), bar.value, y))} ${drawNames(chart, x)}
    ${bars.length <= maxValues ? bars.map((_, i) => drawValue(chart, i, x, y)) : []}
  </svg>`;
}

function gap(x: X): number {
  return x.step() - x.bandwidth();
}

function drawTick(value: number, top: number, widthPx: number): Html {
  const line = Math.round(top) + 0.5;
  return html`<line
      class="${value === 0 ? 'axis' : 'grid-l'}"
      x1="${marginPx.left}"
      x2="${widthPx - marginPx.right}"
      y1="${line}"
      y2="${line}"
    /><text x="${marginPx.left - 6}" y="${line + 3.5}" text-anchor="end">${formatCount(value)}</text>`;
}

function drawBar(left: number, width: number, value: number, y: Y): Html {
  return html`<rect
    class="b-main"
    x="${round(left)}"
    y="${round(y(value))}"
    width="${round(width)}"
    height="${round(y(0) - y(value))}"
  />`;
}

/** One shape, because adjacent bars show seams. */
function drawReference(values: readonly number[], x: X, y: Y): Html {
  const left = (i: number): number => round((x(i) ?? x(i - 1)! + x.step()) - gap(x) / 2);
  const shape = area<number>(
    (_, i) => left(i),
    y(0),
    (value) => round(y(value)),
  ).curve(curveStepAfter);
  return html`<path class="b-ref" d="${shape([...values, values.at(-1) ?? 0]) ?? ''}" />`;
}

function drawNames({ bars, names }: BarChart, x: X): Html[] {
  const every = Math.ceil(namePx / x.step());
  const named = names === 'bars' ? [...bars] : bars.slice(0, -1);
  const shift = names === 'bars' ? x.bandwidth() / 2 : x.bandwidth() + gap(x) / 2;
  return named.flatMap(({ name }, i) =>
    i % every === 0
      ? [html`<text x="${round(x(i)! + shift)}" y="${heightPx - 5}" text-anchor="middle">${name}</text>`]
      : [],
  );
}

/** Above the bar, or above the reference where that is higher and would cross out the value. */
function drawValue({ bars, reference }: BarChart, bar: number, x: X, y: Y): Html {
  const { value } = bars[bar]!;
  const top = y(Math.max(value, reference?.[bar] ?? 0)) - 5;
  return html`<text class="v" x="${round(x(bar)! + x.bandwidth() / 2)}" y="${round(top)}" text-anchor="middle"
    >${formatCount(value)}</text
  >`;
}
