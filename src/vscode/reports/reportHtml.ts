import { html } from '../../reports/escape';

/** What the page is loaded with; every address is one that the webview may use. */
export interface PageResources {
  /** Fresh for every load. */
  readonly nonce: string;
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly codicons: string;
}

const actions = [
  { act: 'revealKeys', icon: 'eye', words: 'Reveal Keys…' },
  { act: 'printReport', icon: 'output', words: 'Print' },
  { act: 'exportReport', icon: 'export', words: 'Export…' },
  { act: 'openAsJson', icon: 'json', words: 'Open as JSON' },
] as const;

/** The page of a report before its script has filled it: the frame and its actions. Nothing but our own files is loaded. */
export function renderReportPage({ nonce, cspSource, script, style, codicons }: PageResources): string {
  const policy = `default-src 'none'; style-src ${cspSource}; font-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>Report</title>
        <link rel="stylesheet" href="${codicons}" />
        <link rel="stylesheet" href="${style}" />
      </head>
      <body>
        <header class="head">
          <div>
            <h1>Report</h1>
            <p class="facts muted small">Opening the report</p>
          </div>
          <div class="actions">
            ${actions.map(
              ({ act, icon, words }) =>
                html`<button type="button" data-act="${act}" title="${words}">
                  <i class="codicon codicon-${icon}" aria-hidden="true"></i
                  ><span class="words">${words}</span>
                </button>`,
            )}
          </div>
        </header>
        <main></main>
        <p class="vh" role="status"></p>
        <script nonce="${nonce}" src="${script}"></script>
      </body>
    </html> `.html;
}
