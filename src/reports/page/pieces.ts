import { type Html, html } from '../../words/escape';
import { renderIcon } from './icons';
import { speakPowers } from './powers';
import { notReadySource } from '../words/notReady';
import type { Charts } from '../charts/drawing';
import type { Cell, Fact, Table } from '../tables/table';

/** How a report is shown: with a script, or on paper. */
export interface Presentation {
  /** With filters and copy buttons. */
  readonly isInteractive: boolean;
}

/** Width of a chart until its box is known. */
const chartPx = 440;

/** The part of a table that is only for screen readers, because it is visible elsewhere. */
interface Unseen {
  readonly hidesCaption?: boolean;
  readonly hidesHead?: boolean;
}

export function renderTable(table: Table, { hidesCaption, hidesHead }: Unseen = {}): Html {
  const { caption, columns, rows, strongRow, rowKinds } = table;
  const classOf = (c: number): Html =>
    writeClass(columns[c]!.isNumber && 'n', columns[c]!.isWideOnly && 'wide-only');
  const head = columns.map((column, c) => html`<th scope="col" ${classOf(c)}>${column.name}</th>`);
  const body = rows.map((cells, r) => {
    const strong = writeClass(r === strongRow && 'strong');
    const kind = rowKinds ? html` data-kind="${rowKinds[r]!}"` : html``;
    return html`<tr${strong}${kind}>${cells.map((cell, c) => html`<td${classOf(c)}>${renderCell(cell)}</td>`)}</tr>
`;
  });
  return html`<table>
    <caption${writeClass(hidesCaption && 'vh')}>
      ${caption}
    </caption>
    <thead${writeClass(hidesHead && 'vh')}>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
}

/** A class attribute with those names that are not false, or nothing. */
function writeClass(...names: readonly (string | false | undefined)[]): Html {
  const list = names.filter(Boolean).join(' ');
  return list === '' ? html`` : html` class="${list}"`;
}

function renderCell(cell: Cell): Html {
  if (typeof cell === 'string') return speakPowers(cell);
  if ('hidden' in cell)
    return html`<span class="mask" aria-hidden="true">${'•'.repeat(cell.hidden)}</span
      ><span class="vh">hidden</span>`;
  return html`<span class="nowrap">${renderIcon(cell.icon)} ${cell.text}</span>`;
}

export function renderFacts(facts: readonly Fact[], { isInteractive }: Presentation): Html {
  return html`<dl>
    ${facts.map(
      ({ name, value, isCode }) =>
        html`<dt>${name}</dt>
          <dd>${isCode ? renderIdentifier(name, value, isInteractive) : speakPowers(value)}</dd> `,
    )}
  </dl>`;
}

/** The models of a report, and how it came about. */
export function renderOrigin(
  models: readonly Fact[],
  record: readonly Fact[],
  presentation: Presentation,
): Html {
  return html`<section class="two">
    <div>
      <h2>Models</h2>
      ${renderFacts(models, presentation)}
    </div>
    <div>
      <h2>Record</h2>
      ${renderFacts(record, presentation)}
    </div>
  </section>`;
}

function renderIdentifier(name: string, value: string, isInteractive: boolean): Html {
  if (!isInteractive) return html`<code>${value}</code>`;
  return html`<code>${value}</code
    ><button type="button" class="icon-button" data-copy="${value}" aria-label="Copy ${name}" title="Copy">
      ${renderIcon('copy')}
    </button>`;
}

export function renderList(lines: readonly string[], name: 'shows' | 'limits'): Html {
  const icon = renderIcon(name === 'shows' ? 'check' : 'no-evidence');
  return html`<ul class="${name}">
    ${lines.map((line) => html`<li>${icon}<span>${line}</span></li>`)}
  </ul>`;
}

/** Why the model is not ready to publish, before everything else. Empty where there is no reason. */
export function renderNotReady(reason: string | undefined): Html {
  if (reason === undefined) return html``;
  return html`<section class="not-ready" role="note">
    ${renderIcon('warning')}
    <div>
      <p class="strong">${reason}</p>
      <p class="muted small">${notReadySource}</p>
    </div>
  </section>`;
}

interface FigureWords {
  readonly title: string;
  /** The result of the chart. */
  readonly value?: string;
  readonly unit: string;
}

/** A chart with its title, its table and, between the two, its legend. */
export function renderFigure(
  chart: { readonly charts: Charts; readonly name: string },
  words: FigureWords,
  table: Table,
  { legend = html``, ...unseen }: Unseen & { readonly legend?: Html } = {},
): Html {
  return html`<figure>
    <figcaption>
      <h3>${words.title}</h3>
      ${words.value === undefined ? html`` : html`<span class="strong">${words.value}</span>`}
      <p class="muted small">${words.unit}</p>
    </figcaption>
    <div class="chart" data-chart="${chart.name}">${chart.charts.get(chart.name)!(chartPx)}</div>
    ${legend} ${renderTable(table, { ...unseen, hidesCaption: true })}
  </figure>`;
}
