import { html, type TemplateResult } from 'lit-html';
import { splitPowers } from '../../src/words/powers';

/** A text whose powers have names for screen readers; its letters stay the same. */
export function renderPowers(text: string): TemplateResult {
  return html`${splitPowers(text).map(({ text: written, spoken }) =>
    spoken === undefined ? written : html`<span role="img" aria-label=${spoken}>${written}</span>`,
  )}`;
}
