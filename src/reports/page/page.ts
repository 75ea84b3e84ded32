import { html } from '../../words/escape';
import type { ReportView } from './reportView';
import charts from '../sheets/charts.css' with { type: 'text' };
import details from '../sheets/details.css' with { type: 'text' };
import layout from '../sheets/layout.css' with { type: 'text' };
import paper from '../sheets/paper.css' with { type: 'text' };
import text from '../sheets/text.css' with { type: 'text' };

/** The sheets of a page in order; the panel's page also begins with those of text and charts. */
const sheets = text + layout + charts + details + paper;

/** A whole page without scripts, and without anything that is loaded from elsewhere. */
export function renderPage({ title, subtitle, body }: ReportView): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ html: sheets }}
        </style>
      </head>
      <body>
        <header class="head">
          <h1>${title}</h1>
          <p class="muted small">${subtitle.map((part) => html`<span>${part}</span> `)}</p>
        </header>
        <main>${body}</main>
      </body>
    </html> `;
  return page.html;
}
