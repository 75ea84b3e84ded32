import { scaleBand, scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { html, type Html } from '../escape';
import { formatCount } from '../words';

export interface BarChart {
  /** One sentence for those who do not see the picture. */
  readonly label: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
  /** What a reference gives at every bar, drawn as a dashed line over it. */
  readonly reference?: readonly number[];
}

const WIDTH = 520;
const HEIGHT = 190;
const MARGIN = { top: 20, right: 8, bottom: 22, left: 40 };
/** At most this many names stand under the axis. */
const MAX_NAMES = 12;

/** A bar chart as SVG; its colours are the page's (`bar`, `reference`, `grid`, `axis-text`). */
export function drawBarChart(chart: BarChart): Html {
  const { bars, reference } = chart;
  const highest = Math.max(1, ...bars.map((bar) => bar.value), ...(reference ?? []));
  const x = scaleBand<number>(bars.keys(), [MARGIN.left, WIDTH - MARGIN.right])
    .paddingInner(0.28)
    .paddingOuter(0.14);
  const y = scaleLinear([0, highest], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const step = Math.ceil(bars.length / MAX_NAMES);
  const ground = y(0);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${chart.label}">
    ${y
      .ticks(4)
      .filter(Number.isInteger)
      .map((tick) => drawTick(tick, y(tick)))}
    ${bars.map((bar, i) => drawBar(x(i)!, y(bar.value), x.bandwidth(), ground))}
    ${reference ? drawReference(reference, bars.length, y) : []}
    ${bars.flatMap((bar, i) => (i % step === 0 ? [drawName(bar.name, x(i)! + x.bandwidth() / 2)] : []))}
    ${bars.flatMap((bar, i) => (isLabelled(chart, i) ? [drawValue(bar.value, x(i)! + x.bandwidth() / 2, y(bar.value))] : []))}
  </svg>`;
}

/** Where the reference would strike a value through, the value stands in the chart's table only. */
function isLabelled({ bars, reference }: BarChart, bar: number): boolean {
  return bars.length <= MAX_NAMES && (!reference || bars[bar]!.value > reference[bar]!);
}

/** Two decimals are finer than any screen. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function drawTick(value: number, top: number): Html {
  return html`<line
      class="grid"
      x1="${MARGIN.left}"
      x2="${WIDTH - MARGIN.right}"
      y1="${round(top)}"
      y2="${round(top)}"
    />
    <text class="axis-text" x="${MARGIN.left - 6}" y="${round(top + 4)}" text-anchor="end"
      >${formatCount(value)}</text
    >`;
}

function drawBar(left: number, top: number, width: number, ground: number): Html {
  return html`<rect
    class="bar"
    x="${round(left)}"
    y="${round(top)}"
    width="${round(width)}"
    height="${round(ground - top)}"
  />`;
}

function drawName(name: string, centre: number): Html {
  return html`<text class="axis-text" x="${round(centre)}" y="${HEIGHT - 6}" text-anchor="middle"
    >${name}</text
  >`;
}

function drawValue(value: number, centre: number, top: number): Html {
  return html`<text class="value-text" x="${round(centre)}" y="${round(top - 5)}" text-anchor="middle"
    >${formatCount(value)}</text
  >`;
}

function drawReference(values: readonly number[], count: number, y: (value: number) => number): Html {
  const width = (WIDTH - MARGIN.left - MARGIN.right) / count;
  const corners = [...values, values.at(-1) ?? 0].map(
    (value, i) => [round(MARGIN.left + i * width), round(y(value))] as [number, number],
  );
  return html`<path class="reference" d="${line().curve(curveStepAfter)(corners) ?? ''}" />`;
}
