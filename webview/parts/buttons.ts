import { html, nothing, type TemplateResult } from 'lit-html';
import type { PanelAction } from '../../src/protocol/panel/parts';
import type { ActionRequest } from '../../src/protocol/panel/requests';
import type { Page } from '../page';
import { renderIcon } from './icons';

interface ButtonLook {
  readonly icon?: string;
  readonly isPrimary?: boolean;
  readonly isDisabled?: boolean;
  /** The focus rules find it by this. */
  readonly name?: string;
  /** Its label finds it by this. */
  readonly id?: string;
}

/** A button in the editor's look. Only one per view is primary. */
function renderButton(
  title: string,
  onClick: () => void,
  { icon, isPrimary = false, isDisabled = false, name, id }: ButtonLook = {},
): TemplateResult {
  return html`<vscode-button
    appearance=${isPrimary ? 'primary' : 'secondary'}
    id=${id ?? nothing}
    data-name=${name ?? nothing}
    ?disabled=${isDisabled}
    @click=${isDisabled ? nothing : onClick}
    >${icon === undefined ? nothing : html`<span slot="start">${renderIcon(icon)}</span>`}${title}</vscode-button
  >`;
}

/** A button that asks the host for something. */
export function renderActionButton(
  page: Page,
  title: string,
  request: ActionRequest,
  look: ButtonLook = {},
): TemplateResult {
  return renderButton(title, () => page.act(request), look);
}

/** Looks like a link, because it is part of a text; it acts, so it is a button. */
export function renderLink(title: string, onClick: () => void): TemplateResult {
  return html`<button class="link" type="button" @click=${onClick}>${title}</button>`;
}

export function renderActionLink(page: Page, { title, request }: PanelAction): TemplateResult {
  return renderLink(title, () => page.act(request));
}

/** A button without text; its title is its name. */
export function renderIconButton(icon: string, title: string, onClick: () => void): TemplateResult {
  return html`<button class="icon-button" type="button" title=${title} aria-label=${title} @click=${onClick}>
    ${renderIcon(icon)}
  </button>`;
}

export function renderCopyButton(page: Page, title: string, text: string): TemplateResult {
  return renderIconButton('copy', title, () => page.act({ type: 'copy', text }));
}
