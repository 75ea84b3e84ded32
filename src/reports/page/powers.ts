import { type Html, html } from '../../words/escape';
import { splitPowers } from '../../words/powers';

/** A text whose powers have names for screen readers; its letters stay the same. */
export function speakPowers(text: string): Html {
  const stretches = splitPowers(text).map(({ text: written, spoken }) =>
    spoken === undefined ? html`${written}` : html`<span role="img" aria-label="${spoken}">${written}</span>`,
  );
  return html`${stretches}`;
}
