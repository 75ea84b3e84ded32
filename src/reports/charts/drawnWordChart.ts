import { scaleLinear } from 'd3-scale';
import type { VerifyReport } from '../../verify/verifyReport';
import { type Html, html } from '../../words/escape';
import { formatOf, formatPower } from '../../words/numbers';
import { round, type DrawChart } from './drawing';

type DrawnWords = NonNullable<VerifyReport['drawnWords']>;

const heightPx = 190;
const marginPx = { top: 24, right: 48, bottom: 10, left: 48 };
/** More lines than this are one grey area; they are thinned evenly. */
const mostLines = 256;
const mostTicks = 6;

/**
 * One line a key from the probability of its drawn word in the base to that in the suspect: the mark as one picture.
 * Undefined where a report does not have both.
 */
export function planDrawnWordChart({ drawnWords = [] }: VerifyReport): DrawChart | undefined {
  if (drawnWords.length === 0) return undefined;
  return (widthPx) => draw(drawnWords, widthPx);
}

/** Keys whose drawn word is likelier in the suspect than in the base, by half a nat or more. */
export function countRisen(words: DrawnWords): number {
  return words.filter(({ base, suspect }) => suspect > base).length;
}

function draw(words: DrawnWords, widthPx: number): Html {
  const lowest = words.reduce((low, { base, suspect }) => Math.min(low, base, suspect), 0) / Math.LN10;
  const floor = Math.min(-1, Math.floor(lowest));
  const y = scaleLinear([floor, 0], [heightPx - marginPx.bottom, marginPx.top]);
  const [left, right] = [marginPx.left, widthPx - marginPx.right];
  return html`<svg
    width="${widthPx}"
    height="${heightPx}"
    viewBox="0 0 ${widthPx} ${heightPx}"
    role="img"
    aria-label="${describe(words)}"
  >
    ${listTicks(floor).map((power) => drawTick(power, y(power), left, right))}
    <text class="v" x="${left}" y="12" text-anchor="middle">base</text>
    <text class="v" x="${right}" y="12" text-anchor="middle">suspect</text>
    ${thin(words).map(({ base, suspect }) => drawKey(y(base / Math.LN10), y(suspect / Math.LN10), left, right))}
  </svg>`;
}

function describe(words: DrawnWords): string {
  return `Probability of each drawn word in the base and in the suspect: ${formatOf(countRisen(words), words.length)} are likelier in the suspect.`;
}

function listTicks(floor: number): number[] {
  const stride = Math.ceil(-floor / (mostTicks - 1));
  return Array.from({ length: Math.floor(-floor / stride) + 1 }, (_, i) => -i * stride);
}

function drawTick(power: number, top: number, left: number, right: number): Html {
  const line = Math.round(top) + 0.5;
  return html`<line class="grid-l" x1="${left}" x2="${right}" y1="${line}" y2="${line}" /><text
      x="${left - 8}"
      y="${line + 3.5}"
      text-anchor="end"
      >${power === 0 ? '1' : formatPower(power)}</text
    >`;
}

function drawKey(from: number, to: number, left: number, right: number): Html {
  return html`<path class="each" d="M${left},${round(from)}L${right},${round(to)}" />`;
}

/** They are sorted, so that evenly spaced ones show the same picture. */
function thin(words: DrawnWords): DrawnWords {
  const step = words.length / Math.min(words.length, mostLines);
  return Array.from({ length: Math.min(words.length, mostLines) }, (_, i) => words[Math.floor(i * step)]!);
}
