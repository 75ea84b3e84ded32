import { html, type Html } from './escape';
import type { Fact, Table } from './table';

const STYLE = `
:root { color-scheme: light dark; --text: #3b3b3b; --strong: #1f1f1f; --muted: #5f5f5f; --ground: #fff; --line: #e5e5e5; --tint: rgba(59,59,59,.045);
  --main: #0063d3; --ok: #2b7a27; --warn: #8a6d00; --luck: rgba(59,59,59,.62); --removed: #fbe3e1; --added: #e0f2dc; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #ccc; --strong: #f0f0f0; --muted: #9d9d9d; --ground: #1f1f1f; --line: #3a3a3a;
  --tint: rgba(204,204,204,.05); --main: #59a4f9; --ok: #89d185; --warn: #d9b52e; --luck: rgba(204,204,204,.7); --removed: #4b2422; --added: #24401f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1000px; background: var(--ground); color: var(--text); font: 13px/18px "Segoe UI", system-ui, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1, h2, p, ul, dl, dd, figure { margin: 0; padding: 0; }
header { border-bottom: 1px solid var(--line); padding-bottom: 12px; margin-bottom: 24px; }
h1 { font-size: 18px; line-height: 24px; font-weight: 600; color: var(--strong); }
h2 { font-size: 14px; line-height: 20px; font-weight: 600; color: var(--strong); margin-bottom: 8px; }
.muted { color: var(--muted); } .small { font-size: 12px; line-height: 16px; }
section { margin-bottom: 32px; }
.finding { font-size: 22px; line-height: 28px; font-weight: 600; color: var(--strong); margin: 4px 0; }
.finding .mark { display: inline-block; min-width: 26px; } .match .mark { color: var(--main); } .no-evidence .mark { color: var(--muted); } .undetermined .mark { color: var(--warn); }
.finding + p { font-size: 14px; line-height: 20px; }
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 24px 40px; align-items: start; }
table { width: 100%; border-collapse: collapse; text-align: left; }
caption { text-align: left; color: var(--muted); font-size: 12px; padding-bottom: 4px; }
th, td { padding: 3px 8px; line-height: 18px; vertical-align: top; font-weight: normal; }
thead th { background: var(--tint); color: var(--strong); font-weight: 600; font-size: 12px; vertical-align: bottom; }
tbody tr:nth-child(even) { background: var(--tint); }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.strong, tr.strong > * { font-weight: 600; color: var(--strong); }
table + p { margin-top: 8px; } thead th.n { white-space: normal; }
ul { list-style: none; } li { padding: 3px 0 3px 20px; text-indent: -20px; } li::before { display: inline-block; width: 20px; text-indent: 0; color: var(--muted); content: "\\2013"; }
ul.shows li::before { content: "\\2713"; color: var(--ok); }
dl { display: grid; grid-template-columns: minmax(104px, max-content) minmax(0, 1fr); gap: 4px 16px; } dt { color: var(--muted); } dd { font-variant-numeric: tabular-nums; }
code { font: 12px/18px Consolas, Menlo, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; }
.bar { fill: var(--main); } .grid { stroke: var(--line); } .reference { fill: none; stroke: var(--luck); stroke-width: 1.5; stroke-dasharray: 5 3; }
.axis-text { fill: var(--muted); font-size: 11px; } .value-text { fill: var(--text); stroke: var(--ground); stroke-width: 3; paint-order: stroke; font-size: 11px; font-variant-numeric: tabular-nums; }
.legend { display: flex; gap: 16px; margin-top: 4px; color: var(--muted); font-size: 12px; line-height: 16px; }
.legend i { display: inline-block; width: 14px; height: 10px; margin-right: 6px; } .legend .is-seen { background: var(--main); } .legend .is-luck { height: 0; border-top: 2px dashed var(--luck); vertical-align: 3px; }
.strip { display: grid; grid-template-columns: repeat(32, minmax(0, 1fr)); gap: 2px; margin-bottom: 12px; }
.strip span { height: 14px; border: 1px solid var(--luck); border-radius: 2px; } .strip .answered { background: var(--main); border-color: var(--main); opacity: .7; } .strip .unasked { border-style: dotted; }
.strip .missed { background: linear-gradient(to top right, transparent 46%, var(--text) 46% 54%, transparent 54%); }
.pair { margin-top: 12px; break-inside: avoid; } .pair .two { gap: 4px 40px; } .pair .two > p { white-space: pre-wrap; }
del, ins { text-decoration: none; border-radius: 2px; padding: 0 1px; } del { background: var(--removed); } ins { background: var(--added); }
@media (max-width: 720px) { .two { grid-template-columns: minmax(0, 1fr); } .strip { grid-template-columns: repeat(16, minmax(0, 1fr)); } body { padding: 16px; } .n { white-space: normal; } th, td { padding: 3px 4px; } }
@page { size: A4; margin: 16mm; }
@media print { body { max-width: none; padding: 0; } .two { grid-template-columns: minmax(0, 1fr); } .pair .two { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } tr, li, figure { break-inside: avoid; } thead { display: table-header-group; } h2 { break-after: avoid; } figure { max-width: 130mm; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;

/** A whole page without scripts, and without anything that is loaded from elsewhere. */
export function renderPage(title: string, subtitle: readonly string[], body: Html): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="muted small">${subtitle.join(' · ')}</p>
        </header>
        <main>${body}</main>
      </body>
    </html> `;
  return page.html;
}

export function renderTable({ caption, columns, rows, strongRow }: Table): Html {
  const classOf = (c: number): Html => ({ html: columns[c]?.isNumber ? ' class="n"' : '' });
  const head = columns.map((column, c) => html`<th scope="col" ${classOf(c)}>${column.name}</th>`);
  const body = rows.map((cells, r) => {
    const strong: Html = { html: r === strongRow ? ' class="strong"' : '' };
    return html`<tr${strong}>${cells.map((cell, c) => html`<td${classOf(c)}>${cell}</td>`)}</tr>
`;
  });
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
}

export function renderFacts(facts: readonly Fact[]): Html {
  return html`<dl>
    ${facts.map(
      ({ name, value, isCode }) =>
        html`<dt>${name}</dt>
          <dd>${isCode ? html`<code>${value}</code>` : value}</dd> `,
    )}
  </dl>`;
}
