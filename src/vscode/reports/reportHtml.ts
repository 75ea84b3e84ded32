import { html } from '../../words/escape';
import { renderWebviewPage, type PageResources } from '../webviewPage';

const actions = [
  { act: 'revealKeys', icon: 'eye', words: 'Reveal Keys…' },
  { act: 'printReport', icon: 'output', words: 'Print' },
  { act: 'exportReport', icon: 'export', words: 'Export…' },
  { act: 'openAsJson', icon: 'json', words: 'Open as JSON' },
] as const;

/** The page of a report before its script has filled it: the frame and its actions. */
export function renderReportPage(resources: PageResources): string {
  const body = html`<header class="head">
      <div>
        <h1>Report</h1>
        <p class="facts muted small">Opening the report…</p>
      </div>
      <div class="actions">
        ${actions.map(
          ({ act, icon, words }) =>
            html`<button type="button" data-act="${act}" title="${words}">
              <i class="codicon codicon-${icon}" aria-hidden="true"></i><span class="words">${words}</span>
            </button>`,
        )}
      </div>
    </header>
    <main></main>
    <p class="vh" role="status"></p>`;
  return renderWebviewPage('Report', body, resources);
}
