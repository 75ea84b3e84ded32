import type { ReportRequest } from '../../protocol/reportPage';
import { html } from '../../words/escape';
import { renderWebviewPage, type PageResources } from '../pages/webviewPage';

interface Action {
  readonly act: ReportRequest['type'];
  readonly icon: string;
  readonly words: string;
  /** Where the words say too little. */
  readonly title?: string;
}

const inBrowser: Action = {
  act: 'printReport',
  icon: 'globe',
  words: 'Open in Browser',
  title: 'Open the report as a web page in the browser, which can print it',
};
const others: readonly Action[] = [
  { act: 'exportReport', icon: 'export', words: 'Export…' },
  {
    act: 'showReportFiles',
    icon: 'folder-opened',
    words: 'Show Files',
    title: 'Show the files of the report: the web page (HTML) and Markdown are beside it',
  },
  { act: 'openAsJson', icon: 'json', words: 'Open as JSON' },
];

/**
 * The page of a report before its script has filled it: the frame and its actions.
 * @param hasBrowser whether a browser on this machine can open files.
 */
export function renderReportPage(resources: PageResources, hasBrowser: boolean): string {
  const actions: Action[] = [
    { act: 'revealKeys', icon: 'eye', words: 'Reveal Keys…' },
    ...(hasBrowser ? [inBrowser] : []),
    ...others,
  ];
  const body = html`<header class="head">
      <div>
        <h1>Report</h1>
        <p class="facts muted small">Opening the report…</p>
      </div>
      <div class="actions">
        ${actions.map(
          ({ act, icon, words, title = words }) =>
            html`<button type="button" data-act="${act}" title="${title}">
              <i class="codicon codicon-${icon}" aria-hidden="true"></i><span class="words">${words}</span>
            </button>`,
        )}
      </div>
    </header>
    <main></main>
    <p class="vh" role="status"></p>`;
  return renderWebviewPage('Report', body, resources);
}
