import { html, nothing, type TemplateResult } from 'lit-html';
import type { StateRow, Tick } from '../../../src/protocol/panel/parts';
import { renderActionButton } from '../../parts/buttons';
import { renderIcon, renderRowSign } from '../../parts/icons';
import type { Page } from '../../page';

/** The tasks before a release is published. The first one that is still open has the view's primary button. */
export function renderBeforePublishing(
  page: Page,
  rows: readonly StateRow[],
): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  const first = rows.findIndex((row) => !isDone(row) && row.action !== undefined);
  return html`<section>
    <h2>Before you publish</h2>
    <ol class="todo">
      ${rows.map((row, i) => renderTask(page, row, i === first))}
    </ol>
  </section>`;
}

/** A verification is done, too, once it has found the keys. */
export function isDone({ state }: Pick<StateRow, 'state'>): boolean {
  return state === 'passed' || state === 'match' || state === 'agrees';
}

function renderTask(page: Page, row: StateRow, isPrimary: boolean): TemplateResult {
  const { state, name, detail, action, otherActions = [], tick, quote } = row;
  return html`<li>
    ${tick ? renderTick(page, name, tick) : state === 'unknown' ? renderIcon('circle-large-outline') : renderRowSign(state)}
    <div>
      <p>
        <b class="strong">${name}.</b>
        <span class=${state === 'passed' ? 'muted' : ''}>${detail}</span>
      </p>
      ${quote === undefined || state === 'passed' ? nothing : html`<p class="quote small">${quote}</p>`}
    </div>
    <div class="task-actions">
      ${action ? renderActionButton(page, action.title, action.request, { isPrimary }) : nothing}
      ${otherActions.map(({ title, request }) => renderActionButton(page, title, request))}
    </div>
  </li>`;
}

/** A circle like those of the other tasks, which the user ticks. */
function renderTick(page: Page, name: string, { isDone, subject, task }: Tick): TemplateResult {
  return html`<button
    class="icon-button tick"
    type="button"
    role="checkbox"
    aria-checked=${isDone}
    aria-label="Done: ${name}"
    title=${isDone ? 'Done. Click to open it again.' : 'Click when it is done.'}
    @click=${() => page.act({ type: 'tickTask', subject, task, isDone: !isDone })}
  >
    ${renderIcon(isDone ? 'pass' : 'circle-large-outline', isDone ? 'ok' : 'plain')}
  </button>`;
}
