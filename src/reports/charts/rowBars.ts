import { type Html, html } from '../../words/escape';
import { round, type DrawChart } from './drawing';

interface RowBars {
  /** One sentence for users who do not see the picture. */
  readonly label: string;
  readonly rows: readonly {
    readonly name: string;
    /** From 0; null where it was not measured: then no bar is drawn. */
    readonly value: number | null;
    /** The value in words. */
    readonly words: string;
  }[];
  /** The right end of every bar's track. */
  readonly end: number;
}

const rowPx = 32;
const barPx = { top: 18, height: 8 };

/** A horizontal bar a row, with its name above it and its value at the right: any width has room for long names. */
export function planRowBars(chart: RowBars): DrawChart {
  return (widthPx) =>
    html`<svg
      width="${widthPx}"
      height="${chart.rows.length * rowPx}"
      viewBox="0 0 ${widthPx} ${chart.rows.length * rowPx}"
      role="img"
      aria-label="${chart.label}"
    >
      ${chart.rows.map((row, index) => drawRow(row, { end: chart.end, top: index * rowPx, widthPx }))}
    </svg>`;
}

function drawRow(
  { name, value, words }: RowBars['rows'][number],
  { end, top, widthPx }: { readonly end: number; readonly top: number; readonly widthPx: number },
): Html {
  const share = value === null || !(end > 0) ? 0 : Math.min(1, Math.max(0, value / end));
  const y = top + barPx.top;
  return html`<text x="0" y="${top + 13}">${name}</text>
    <text class="v" x="${widthPx}" y="${top + 13}" text-anchor="end">${words}</text>
    <line class="axis" x1="0" x2="${widthPx}" y1="${y + barPx.height + 0.5}" y2="${y + barPx.height + 0.5}" />
    <rect class="b-main" x="0" y="${y}" width="${round(share * widthPx)}" height="${barPx.height}" />`;
}
