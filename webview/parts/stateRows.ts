import { html, nothing, type TemplateResult } from 'lit-html';
import type { StateRow } from '../../src/protocol/panel/parts';
import type { Page } from '../page';
import { renderActionLink } from './buttons';
import { renderRowSign } from './icons';

/** State, name and detail in columns. */
export function renderStateTable(page: Page, label: string, rows: readonly StateRow[]): TemplateResult {
  return html`<table class="rows is-plain" aria-label=${label}>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            <td class="sign">${renderRowSign(row.state)}</td>
            <th class="key" scope="row">${row.name}</th>
            <td><span class="muted">${row.detail}</span> ${renderRowAction(page, row)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The same in two lines, for a narrow column. A row's action is in its name. */
export function renderStateList(page: Page, rows: readonly StateRow[]): TemplateResult {
  return html`<ul class="state-list">
    ${rows.map(
      (row) =>
        html`<li>
          ${renderRowSign(row.state)}
          <div>
            <p>${row.action?.title === row.name ? renderRowAction(page, row) : row.name}</p>
            <p class="muted small num">
              ${row.detail} ${row.action?.title === row.name ? nothing : renderRowAction(page, row)}
            </p>
          </div>
        </li>`,
    )}
  </ul>`;
}

function renderRowAction(page: Page, { action }: StateRow): TemplateResult | typeof nothing {
  return action ? renderActionLink(page, action) : nothing;
}
