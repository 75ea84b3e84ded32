import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { type Html, html } from '../../words/escape';
import { round, type DrawChart } from './drawing';

/** A value with its interval. */
export interface Spread {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface IntervalChart {
  /** One sentence for users who do not see the picture. */
  readonly label: string;
  readonly rows: readonly {
    readonly name: string;
    /** The value in words, at the right. */
    readonly words: string;
    readonly main: Spread;
    /** What it is compared with, below it. */
    readonly reference: Spread | null;
  }[];
  /** Writes a value of the axis. */
  readonly nameTick: (value: number) => string;
}

const rowPx = 40;
const namePx = 13;
const mainPx = 22;
const referencePx = 31;
const axisPx = 20;
const sidePx = 6;
const dotPx = 3.5;

/** A row for each name: a dot with its interval around zero, and below it an outlined one to compare it with. */
export function planIntervalChart(chart: IntervalChart): DrawChart {
  return (widthPx) => {
    const bottom = chart.rows.length * rowPx;
    const x = scaleOf(chart, widthPx);
    const zero = Math.round(x(0)) + 0.5;
    return html`<svg
      width="${widthPx}"
      height="${bottom + axisPx}"
      viewBox="0 0 ${widthPx} ${bottom + axisPx}"
      role="img"
      aria-label="${chart.label}"
    >
      ${x.ticks(5).map((tick) => drawTick(x(tick), bottom, chart.nameTick(tick)))}
      <line class="axis" x1="${zero}" x2="${zero}" y1="0" y2="${bottom}" />
      ${chart.rows.map(
        ({ name, words, main, reference }, index) =>
          html`<text x="0" y="${index * rowPx + namePx}">${name}</text>
            <text class="v" x="${widthPx}" y="${index * rowPx + namePx}" text-anchor="end">${words}</text>
            ${drawSpread(main, x, index * rowPx + mainPx, { line: 'l1', dot: 'd1' })}
            ${reference ? drawSpread(reference, x, index * rowPx + referencePx, { line: 'l2', dot: 'd2' }) : []}`,
      )}
    </svg>`;
  };
}

/** The same distance on both sides of zero. */
function scaleOf({ rows }: IntervalChart, widthPx: number): ScaleLinear<number, number> {
  const ends = rows.flatMap(({ main, reference }) => [
    main.low,
    main.high,
    reference?.low ?? 0,
    reference?.high ?? 0,
  ]);
  const reach = Math.max(0.01, ...ends.map(Math.abs));
  return scaleLinear([-reach, reach], [sidePx, widthPx - sidePx]);
}

function drawTick(place: number, bottom: number, name: string): Html {
  const left = Math.round(place) + 0.5;
  return html`<line class="grid-l" x1="${left}" x2="${left}" y1="0" y2="${bottom}" /><text
      x="${left}"
      y="${bottom + 14}"
      text-anchor="middle"
      >${name}</text
    >`;
}

function drawSpread(
  { value, low, high }: Spread,
  x: ScaleLinear<number, number>,
  top: number,
  classes: { readonly line: string; readonly dot: string },
): Html {
  return html`<line
      class="${classes.line}"
      x1="${round(x(low))}"
      x2="${round(x(high))}"
      y1="${top}"
      y2="${top}"
    />
    <circle class="${classes.dot}" cx="${round(x(value))}" cy="${top}" r="${dotPx}" />`;
}
