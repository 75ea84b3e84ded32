import { html, type Html } from '../../words/escape';

/** The resources of a page; every address is one that the webview may use. */
export interface PageResources {
  /** New for every load. */
  readonly nonce: string;
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly codicons: string;
}

/** A page before its script has filled it. Only our own files are loaded, and only the one script runs. */
export function renderWebviewPage(title: string, body: Html, resources: PageResources): string {
  const { nonce, cspSource, script, style, codicons } = resources;
  const policy = `default-src 'none'; style-src ${cspSource}; font-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${title}</title>
        <link rel="stylesheet" href="${codicons}" />
        <link rel="stylesheet" href="${style}" />
      </head>
      <body>
        ${body}
        <script nonce="${nonce}" src="${script}"></script>
      </body>
    </html> `.html;
}
