import { html, nothing, type TemplateResult } from 'lit-html';
import type { FoundModel } from '../../../src/protocol/panel/model';
import { formatCounted } from '../../../src/words/numbers';
import { renderActionButton } from '../../parts/buttons';
import { renderTextField } from '../../parts/fields';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';

/** With more models than this, a list can be searched, and a dropdown is no help. */
export const manyModels = 8;

/** The models of the workspace, before one is chosen, and what the steps will do with it. */
export function renderCards(page: Page): TemplateResult {
  const { found } = page.snapshot.model;
  const words = page.details.modelFilter.toLowerCase().split(/\s+/);
  const shown = found.filter(({ name, about }) =>
    words.every((word) => `${name} ${about}`.toLowerCase().includes(word)),
  );
  return html`<section class="stack is-wide">
    <p class="lead">
      Choose the model to mark. <b>Keys</b> draws secret questions and answers from it, <b>Recipe</b> says how
      much it may change, <b>Run</b> trains a marked copy beside it, and <b>Report</b> shows what the copy
      answers and what that cost. The original is only read.
    </p>
    ${found.length > manyModels ? renderFilter(page, shown.length) : nothing}
    <ul class="cards" aria-label="Models">
      ${shown.map((model) => html`<li>${renderCard(page, model)}</li>`)}
    </ul>
    <div class="actions">
      ${renderActionButton(page, 'Choose Folder…', { type: 'chooseFolder' })}
      ${renderActionButton(page, 'Try the Sample Model', { type: 'trySample' })}
    </div>
  </section>`;
}

function renderCard(page: Page, { path, name, about, fault }: FoundModel): TemplateResult {
  return html`<button
    class="card"
    type="button"
    title=${name}
    @click=${() => page.act({ type: 'chooseModel', path })}
  >
    ${fault === undefined ? renderIcon('package') : renderIcon('circle-slash', 'muted')}
    <span class="card-name">${renderCutName(name)}</span>
    <span class="card-about">${[fault, about].filter(Boolean).join('; ')}</span>
  </button>`;
}

function renderFilter(page: Page, shown: number): TemplateResult {
  const name = 'model-filter';
  return html`<div class="card-filter">
    ${renderTextField({
      name,
      label: 'Search models',
      placeholder: 'Search models',
      text: page.details.modelFilter,
      why: 'Words of the path, the family or the size.',
      onInput: (text) => page.open({ modelFilter: text }),
      onLeave: () => undefined,
    })}
    <span class="muted small" role="status"
      >${formatCounted(shown, 'model')} of ${page.snapshot.model.found.length}</span
    >
  </div>`;
}

/** How many characters at the end of a long name always stay in view. */
const keptEnd = 12;

/**
 * A name that is cut in its middle where there is too little room, because long names differ at their ends. Its two
 * halves would be read as two words, so a screen reader gets it whole.
 */
export function renderCutName(name: string): TemplateResult {
  const characters = Array.from(name);
  const start = characters.slice(0, -keptEnd).join('');
  const end = characters.slice(-keptEnd).join('');
  return html`<span class="cut-name" aria-hidden="true"
      ><span class="cut-start">${start}</span><span class="cut-end">${end}</span></span
    ><span class="unseen">${name}</span>`;
}
