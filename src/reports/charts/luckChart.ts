import { scaleLinear } from 'd3-scale';
import { type Html, html } from '../../words/escape';
import { formatCount, formatOf } from '../../words/numbers';
import { round, type DrawChart } from './drawing';

interface LuckChart {
  /** Number of keys that are asked. */
  readonly asked: number;
  /** Chance of hitting one of them, between 0 and 1. */
  readonly chance: number;
  /** The fewest answers that make a match; null when no number does. */
  readonly needed: number | null;
}

const heightPx = 112;
const marginPx = { top: 22, bottom: 20 };
/** Lower bars are left out. */
const lowestBarPx = 0.3;

/**
 * How many keys an unrelated model answers by chance, and where a match begins, on one axis: the distance is
 * the argument. Colours come from the page, by class: `b-ref` and `lim-l`.
 */
export function planLuckChart(chart: LuckChart): DrawChart {
  const law = listChances(chart);
  return (widthPx) => draw(chart, law, widthPx);
}

function draw(chart: LuckChart, law: readonly number[], widthPx: number): Html {
  const x = scaleLinear([0, chart.asked + 1], [0, widthPx]);
  const ground = heightPx - marginPx.bottom;
  return html`<svg
    width="${widthPx}"
    height="${heightPx}"
    viewBox="0 0 ${widthPx} ${heightPx}"
    role="img"
    aria-label="${describe(chart)}"
  >
    ${drawBars(law, widthPx, ground)}
    <line class="axis" x1="0" x2="${widthPx}" y1="${ground + 0.5}" y2="${ground + 0.5}" />
    <text x="${round(Math.max(x(chart.asked * chart.chance + 0.5), 20))}" y="14" text-anchor="middle">
      by chance
    </text>
    ${chart.needed === null ? [] : drawRule(chart.needed, x(chart.needed), widthPx, ground)}
    ${drawCounts(chart, x)}
  </svg>`;
}

function describe({ asked, chance, needed }: LuckChart): string {
  const rule = needed === null ? 'no number of answers is enough for a match' : `a match needs ${needed}`;
  return `Answers expected from an unrelated model: about ${formatOf(Math.round(asked * chance), asked)}; ${rule}.`;
}

function drawBars(law: readonly number[], widthPx: number, ground: number): Html[] {
  const bars = sumByPixel(law, widthPx);
  const highest = Math.max(...bars);
  const width = widthPx / bars.length;
  const gap = width > 3 ? 0.8 : 0;
  return bars.flatMap((mass, i) => {
    const height = (mass / highest) * (ground - marginPx.top);
    if (height < lowestBarPx) return [];
    return [
      html`<rect
        class="b-ref"
        x="${round(i * width + gap / 2)}"
        y="${round(ground - height)}"
        width="${round(width - gap)}"
        height="${round(height)}"
      />`,
    ];
  });
}

/** The binomial law: the chance of 0, 1, … answers, from logarithms because its tails are below the smallest number. */
function listChances({ asked, chance }: LuckChart): number[] {
  const odds = Math.log(chance) - Math.log1p(-chance);
  const logs = [asked * Math.log1p(-chance)];
  for (let hits = 1; hits <= asked; hits++)
    logs.push(logs[hits - 1]! + Math.log((asked - hits + 1) / hits) + odds);
  return logs.map(Math.exp);
}

/** Where there are more bars than pixels, neighbours are added up. */
function sumByPixel(masses: readonly number[], widthPx: number): number[] {
  const together = Math.ceil(masses.length / widthPx);
  const bars = new Array<number>(Math.ceil(masses.length / together)).fill(0);
  masses.forEach((mass, i) => (bars[Math.floor(i / together)]! += mass));
  return bars;
}

function drawRule(needed: number, left: number, widthPx: number, ground: number): Html {
  const isEarly = left < widthPx * 0.6;
  return html`<line class="lim-l" x1="${round(left)}" x2="${round(left)}" y1="4" y2="${ground}" />
    <text class="v" x="${round(left + (isEarly ? 6 : -6))}" y="14" text-anchor="${isEarly ? 'start' : 'end'}"
      >${formatCount(needed)} or more: match</text
    >`;
}

function drawCounts({ asked, needed }: LuckChart, x: (count: number) => number): Html[] {
  const y = heightPx - 4;
  const end = `${formatCount(asked)} answered`;
  const isRoomForRule = needed !== null && needed > 1 && needed < asked * 0.6;
  return [
    html`<text x="0" y="${y}">0</text>`,
    html`<text x="${round(x(asked + 1))}" y="${y}" text-anchor="end">${end}</text>`,
    ...(isRoomForRule
      ? [html`<text x="${round(x(needed))}" y="${y}" text-anchor="middle">${formatCount(needed)}</text>`]
      : []),
  ];
}
