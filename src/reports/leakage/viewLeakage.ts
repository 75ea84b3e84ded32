import type { Leakage } from '../../contract/compared/leakage';
import { html, type Html } from '../../words/escape';
import { tabulateConfidence, tabulateLeaks } from './leakageTables';
import { sayLeakage } from './leakageWords';
import { renderTable } from '../page/pieces';

export const leakageHeading = 'What shows without the keys';

/** Whether the copy shows its keys to somebody who does not have them, where that was measured. */
export function renderLeakage({ leakage }: { readonly leakage?: Leakage | undefined }): Html {
  if (!leakage) return html``;
  const confidence = tabulateConfidence(leakage);
  return html`<section class="tables">
    <h2>${leakageHeading}</h2>
    <p>${sayLeakage(leakage).join(' ')}</p>
    ${renderTable(tabulateLeaks(leakage))}
    ${
      confidence
        ? html`<h3>How sure the models are of their first word</h3>
            ${renderTable(confidence)}`
        : html``
    }
  </section>`;
}
