import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { nameField } from './components';
import { renderIcon } from './icons';

interface Field {
  /** Drafts, focus and links identify it by this. */
  readonly name: string;
  readonly label: string;
  readonly text: string;
  /** One line of explanation. */
  readonly why: string;
  readonly problem?: string | undefined;
}

interface TextField extends Field {
  readonly unit?: string;
  /** Replaces the label for screen readers where several fields share one: "Layers, first". */
  readonly spokenLabel?: string;
  readonly keyboard?: 'numeric' | 'decimal';
  /** Stands in the empty field, where no label is beside it. */
  readonly placeholder?: string;
  readonly onInput: (text: string) => void;
  readonly onLeave: () => void;
}

export function idOfField(name: string): string {
  return `field-${name}`;
}

export function renderTextField(field: TextField): TemplateResult {
  const { name, label, text, why, unit, problem, spokenLabel, keyboard, placeholder } = field;
  const spokenUnit = unit === undefined ? '' : `, ${unit}`;
  const description = problem === undefined ? why : `${problem} ${why}`;
  return html`<vscode-text-field
    id=${idOfField(name)}
    class=${problem === undefined ? 'field' : 'field is-invalid'}
    data-field=${name}
    inputmode=${keyboard ?? nothing}
    placeholder=${placeholder ?? nothing}
    .value=${live(text)}
    @input=${(event: Event) => field.onInput((event.target as HTMLInputElement).value)}
    @change=${field.onLeave}
    ${nameField({ label: `${spokenLabel ?? label}${spokenUnit}`, description, isInvalid: problem !== undefined })}
    >${unit === undefined ? nothing : html`<small slot="end" class="unit">${unit}</small>`}</vscode-text-field
  >`;
}

interface ChoiceField extends Field {
  readonly options: readonly { readonly value: string; readonly words: string }[];
  readonly onChoose: (value: string) => void;
}

export function renderChoice({ name, label, text, why, options, onChoose }: ChoiceField): TemplateResult {
  return html`<vscode-dropdown
      id=${idOfField(name)}
      class="field"
      data-field=${name}
      aria-label=${label}
      aria-describedby=${`${idOfField(name)}-why`}
      .value=${live(text)}
      @change=${(event: Event) => onChoose((event.target as HTMLInputElement).value)}
    >
      ${options.map(
        ({ value, words }) =>
          html`<vscode-option value=${value} ?selected=${value === text}>${words}</vscode-option>`,
      )}
    </vscode-dropdown>
    <span id=${`${idOfField(name)}-why`} hidden>${why}</span>`;
}

export function renderProblem(problem: string | undefined): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing;
  return html`<p class="hint is-error">${renderIcon('error')}<span>${problem}</span></p>`;
}
