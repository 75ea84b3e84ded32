import { html } from '../../reports/escape';

/** What the page is loaded with; every address is one that the webview may use. */
export interface PanelResources {
  /** Fresh for every load. */
  readonly nonce: string;
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly codicons: string;
}

/**
 * The page before its script has drawn into `#panel`. What stands there until then says what to do when nothing more comes.
 * Nothing but our own files is loaded.
 */
export function renderPanelPage({ nonce, cspSource, script, style, codicons }: PanelResources): string {
  const policy = `default-src 'none'; style-src ${cspSource}; font-src ${cspSource}; img-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>Fingerprint Model</title>
        <link rel="stylesheet" href="${codicons}" />
        <link rel="stylesheet" href="${style}" />
      </head>
      <body>
        <div id="panel">
          <main>
            <h1>Fingerprint Model</h1>
            <p>
              The panel is being opened. If this stays, close it and run Fingerprint Model again from the
              command palette; every step is there as a command of its own as well.
            </p>
          </main>
        </div>
        <script nonce="${nonce}" src="${script}"></script>
      </body>
    </html> `.html;
}
