import { html, type TemplateResult } from 'lit-html';
import type { Page } from '../page';
import { renderCopyButton } from './buttons';

/** A digest that people compare and copy: its ends in groups of four, the whole of it on hover. */
export function renderDigest(page: Page, digest: string, copyTitle: string): TemplateResult {
  return html`<code title=${digest}>${shortenDigest(digest)}</code>
    ${renderCopyButton(page, copyTitle, digest)}`;
}

/** Cut in the middle: people compare the ends. */
function shortenDigest(digest: string): string {
  const groups = digest.match(/.{1,4}/g) ?? [];
  return groups.length < 6 ? groups.join(' ') : `${groups.slice(0, 4).join(' ')} … ${groups.at(-1)!}`;
}
