import { html } from '../../words/escape';
import { renderWebviewPage, type PageResources } from '../pages/webviewPage';

/** The page before its script has drawn into `#panel`. Its text says what to do if the script never does. */
export function renderPanelPage(resources: PageResources): string {
  const body = html`<div id="panel">
    <main>
      <h1>Fingerprint Model</h1>
      <p>
        Opening the panel. If this message stays, close the panel and run Fingerprint Model again from the
        command palette; every step is also a command there.
      </p>
    </main>
  </div>`;
  return renderWebviewPage('Fingerprint Model', body, resources);
}
