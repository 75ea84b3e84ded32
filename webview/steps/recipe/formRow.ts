import { html, nothing, type TemplateResult } from 'lit-html';
import { idOfField, renderProblem } from '../../parts/fields';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';

interface FormRow {
  readonly name: string;
  readonly label: string;
  readonly control: unknown;
  readonly why: unknown;
  /** A paragraph behind a question mark. */
  readonly more?: string;
  readonly problem?: string | undefined;
  /** Restores the default, where the value was changed. */
  readonly reset?: unknown;
  /** For long texts, such as paths. */
  readonly isBroad?: boolean;
}

/** A row of a form: label, control with its problem below, one line of explanation, and more on demand. */
export function renderFormRow(
  page: Page,
  { name, label, control, why, more, problem, reset, isBroad = false }: FormRow,
): TemplateResult {
  const isExplained = more !== undefined && page.details.explained === name;
  const look = `${isBroad ? ' is-broad' : ''}${reset === undefined ? '' : ' is-changed'}`;
  return html`<div class="form-row${look}">
    <div class="form-label">
      <label for=${idOfField(name)}>${label}</label>
      ${more === undefined ? nothing : renderExplain(page, name, label, isExplained)}
    </div>
    <div class="form-control">${control}${renderProblem(problem)}</div>
    <p class="why">${why}${reset === undefined ? nothing : html` ${reset}`}</p>
    ${isExplained ? html`<p class="form-more" id=${idOfMore(name)}>${more}</p>` : nothing}
  </div>`;
}

function renderExplain(page: Page, name: string, label: string, isOpen: boolean): TemplateResult {
  return html`<button
    class="icon-button"
    type="button"
    title=${`Explain ${label}`}
    aria-label=${`Explain ${label}`}
    aria-expanded=${isOpen}
    aria-controls=${isOpen ? idOfMore(name) : nothing}
    @click=${() => page.open({ explained: isOpen ? null : name })}
  >
    ${renderIcon('question')}
  </button>`;
}

function idOfMore(name: string): string {
  return `${idOfField(name)}-more`;
}
