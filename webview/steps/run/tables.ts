import { html, type TemplateResult } from 'lit-html';
import type { RunView } from '../../../src/protocol/panel/run';
import { formatCount, formatFixed } from '../../../src/words/numbers';
import { renderLink } from '../../parts/buttons';
import type { Page } from '../../page';
import { sayLoss } from './words';

const mostChecks = 6;

/** The newest checks first: the numbers of the curves. */
export function renderChecks({ checks, keyCount }: RunView): TemplateResult {
  const newest = checks.slice(-mostChecks).reverse();
  return html`<section>
    <div class="section-head">
      <h2>Checks</h2>
      <span class="muted">on all keys and on held-back text</span>
    </div>
    ${
      newest.length === 0
        ? html`<p class="muted">None yet.</p>`
        : html`<table class="rows is-even" aria-label="Values at each check">
            <thead>
              <tr>
                <th class="n" scope="col">Step</th>
                <th class="n" scope="col">Loss</th>
                <th class="n" scope="col">Keys answered</th>
                <th class="n" scope="col">Drift, nats</th>
              </tr>
            </thead>
            <tbody>
              ${newest.map(
                ({ step, loss, recall, drift }) =>
                  html`<tr>
                    <td class="n">${formatCount(step)}</td>
                    <td class="n">${loss === null ? '–' : sayLoss(loss)}</td>
                    <td class="n">${formatCount(Math.round(recall * keyCount))}</td>
                    <td class="n">${formatFixed(drift, 4)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}

/** The last lines of the journal; it scrolls along while its end is in view. */
export function renderLog(page: Page, { log }: RunView): TemplateResult {
  return html`<section>
    <div class="section-head">
      <h2>Log</h2>
      <span class="grow"></span>
      ${renderLink('Open Output', () => page.act({ type: 'openLog' }))}
    </div>
    <div class="log" tabindex="0" role="log" aria-live="off" aria-label="Last log lines">
      ${log.map(({ time, text }) => html`<p><span class="muted">${time}</span><span class="unseen">: </span>${text}</p>`)}
    </div>
  </section>`;
}
