import { html } from '../../words/escape';
import { renderWebviewPage, type PageResources } from '../pages/webviewPage';

export const compareTitle = 'Compare Releases';

/** The page before its script has drawn into `#compare`. Its text says what to do if the script never does. */
export function renderComparePage(resources: PageResources): string {
  const body = html`<div id="compare">
    <main>
      <h1>${compareTitle}</h1>
      <p>Opening the page. If this message stays, close the page and open it again.</p>
    </main>
  </div>`;
  return renderWebviewPage(compareTitle, body, resources);
}
