import { scaleSqrt } from 'd3-scale';
import { type Html, html } from '../../words/escape';
import { formatCounted, formatPercent } from '../../words/numbers';
import { round, type DrawChart } from './drawing';

interface NucleusChart {
  /** The base's probabilities of the likeliest words, in descending order, 0 to 1. */
  readonly likelier: readonly number[];
  /** Its probabilities of the candidates, in their order. */
  readonly candidates: readonly number[];
  /** Index of the drawn candidate; null while it is hidden. */
  readonly drawn: number | null;
  /** Share of probability of the nucleus, which candidates follow, 0 to 1. */
  readonly nucleus: number;
}

const heightPx = 128;
const marginPx = { top: 20, right: 26, bottom: 18, left: 34 };
/** More of the likeliest words would leave the candidates no room. */
const maxLikelier = 16;

/**
 * Words by probability: the likeliest ones that make up the nucleus, then the candidates. Heights are square
 * roots, because candidates are rare. Colours come from the page, by class: `b-ref`, `b-cand`, `b-main` and
 * `lim-l`.
 */
export function planNucleusChart(chart: NucleusChart): DrawChart {
  return (widthPx) => draw(chart, widthPx);
}

function draw(chart: NucleusChart, widthPx: number): Html {
  const likelier = chart.likelier.slice(0, maxLikelier);
  const values = [...likelier, ...chart.candidates];
  const ground = heightPx - marginPx.bottom;
  const highest = Math.max(...values, 1e-6);
  const y = scaleSqrt([0, highest], [ground, marginPx.top]);
  const width = (widthPx - marginPx.left - marginPx.right) / Math.max(1, values.length);
  const edge = marginPx.left + likelier.length * width;
  return html`<svg
    width="${widthPx}"
    height="${heightPx}"
    viewBox="0 0 ${widthPx} ${heightPx}"
    role="img"
    aria-label="${describe(chart)}"
  >
    ${chooseTicks(highest).map((tick) => drawTick(tick, y(tick), widthPx))}
    ${values.map((value, i) => drawBar(nameBar(chart, i - likelier.length), i, width, y(value), ground))}
    <line class="axis" x1="${marginPx.left}" x2="${widthPx}" y1="${ground + 0.5}" y2="${ground + 0.5}" />
    ${drawEdge(chart, round(edge), ground)}
    <text x="${widthPx - marginPx.right / 2 + 2}" y="${ground - 6}" text-anchor="middle">…</text>
    <text x="${widthPx}" y="${heightPx - 4}" text-anchor="end">rarer words</text>
  </svg>`;
}

function describe({ likelier, candidates, nucleus }: NucleusChart): string {
  const words = formatCounted(likelier.length, 'likeliest word');
  return `First words by probability: ${words} before the ${formatPercent(nucleus, 0)} edge, then the ${candidates.length} candidates.`;
}

/** Three levels that a square root keeps apart: 1, 10 and 30 %, or fractions of a per cent where all are rare. */
function chooseTicks(highest: number): number[] {
  const levels = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4];
  const below = levels.filter((level) => level <= highest);
  return [below[0], below[1], below[3]].filter((level) => level !== undefined);
}

function nameBar({ drawn }: NucleusChart, candidate: number): 'b-ref' | 'b-cand' | 'b-main' {
  if (candidate < 0) return 'b-ref';
  return candidate === drawn ? 'b-main' : 'b-cand';
}

function drawTick(value: number, top: number, widthPx: number): Html {
  const y = Math.round(top) + 0.5;
  const words = formatPercent(value, Math.max(0, -2 - Math.floor(Math.log10(value) + 1e-9)));
  return html`<line class="grid-l" x1="${marginPx.left}" x2="${widthPx}" y1="${y}" y2="${y}" />
    <text x="${marginPx.left - 4}" y="${y + 3.5}" text-anchor="end">${words}</text>`;
}

function drawBar(name: string, place: number, width: number, top: number, ground: number): Html {
  const gap = width > 5 ? 3 : 1;
  return html`<rect
    class="${name}"
    x="${round(marginPx.left + place * width + gap / 2 + 0.5)}"
    y="${round(top)}"
    width="${round(Math.max(1, width - gap))}"
    height="${round(ground - top)}"
  />`;
}

function drawEdge({ likelier, candidates, nucleus }: NucleusChart, edge: number, ground: number): Html {
  const words = formatPercent(nucleus, 0);
  const isCut = likelier.length > maxLikelier;
  return html`<line class="lim-l" x1="${edge}" x2="${edge}" y1="2" y2="${ground}" />
    <text class="v" x="${edge - 6}" y="11" text-anchor="end">${words}</text>
    <text class="s1" x="${edge + 6}" y="11">${formatCounted(candidates.length, 'candidate')}</text>
    <text x="${marginPx.left}" y="${heightPx - 4}"
      >${isCut ? `the ${maxLikelier} likeliest of ${likelier.length}` : `likeliest words, together ${words}`}</text
    >`;
}
