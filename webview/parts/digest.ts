import { html, type TemplateResult } from 'lit-html';
import { shortenDigest } from '../../src/words/digests';
import type { Page } from '../page';
import { renderCopyButton } from './buttons';

/** A digest that people compare and copy: its ends in groups of four, the whole of it on hover. */
export function renderDigest(page: Page, digest: string, copyTitle: string): TemplateResult {
  return html`<code title=${digest}>${shortenDigest(digest)}</code>
    ${renderCopyButton(page, copyTitle, digest)}`;
}
