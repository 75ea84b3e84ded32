import { html, type Html } from '../../words/escape';
import type { Fact, Table } from '../tables/table';
import type { Reliance } from '../words/reliance';
import { renderFacts, renderTable, type Presentation } from './pieces';

export const headings = {
  reliance: 'Who can rely on this report',
  terms: 'Words used in this report',
  signatures: 'Signatures',
};

/** What a signature stands for. */
export const signatureNote =
  'A signature says who made this report or repeated the test, and takes responsibility for that. The result is in the report.';

/** Empty fields for the person who made the report and for one who repeated it. */
export const signatures: Table = {
  caption: 'To be filled in by hand',
  columns: [{ name: 'Field' }, { name: 'Made this report' }, { name: 'Repeated the test' }],
  rows: ['Name', 'For', 'Place and date', 'Verdict', 'Signature'].map((field) => [field, '', '']),
  strongRow: -1,
};

/** How somebody else comes to rely on the result. */
export function renderReliance({ sentence, steps, command }: Reliance): Html {
  return html`<section>
    <h2>${headings.reliance}</h2>
    <p>${sentence}</p>
    <ol class="steps">
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>
    <p><code class="command">${command}</code></p>
  </section>`;
}

/** The terms of a report with their meanings. */
export function renderTerms(terms: readonly Fact[], presentation: Presentation): Html {
  return html`<section class="terms">
    <h2>${headings.terms}</h2>
    ${renderFacts(terms, presentation)}
  </section>`;
}

/** A page of its own on paper; nothing in the editor, where nobody can sign. */
export function renderSignatures(facts: readonly Fact[], presentation: Presentation): Html {
  if (presentation.isInteractive) return html``;
  return html`<section class="signatures">
    <h2>${headings.signatures}</h2>
    ${renderFacts(facts, presentation)} ${renderTable(signatures)}
    <p class="muted">${signatureNote}</p>
  </section>`;
}
