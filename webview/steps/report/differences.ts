import { html, type TemplateResult } from 'lit-html';

/** A text that a model wrote, with its line breaks. */
export function renderText(text: unknown): TemplateResult {
  return html`<span class="model-text">${text}</span>`;
}

/** Marks what differs from another text: everything between the common beginning and the common end. */
export function markDifference(text: string, other: string, tag: 'del' | 'ins'): TemplateResult {
  const { before, changed, after } = splitDifference(text.trim(), other.trim());
  const marked = tag === 'del' ? html`<del>${changed}</del>` : html`<ins>${changed}</ins>`;
  return renderText(html`${before}${changed === '' ? '' : marked}${after}`);
}

/** The common beginning, what differs and the common end, cut between words. */
export function splitDifference(
  text: string,
  other: string,
): { before: string; changed: string; after: string } {
  const [words, others] = [text, other].map((each) => each.split(/(\s+)/)) as [string[], string[]];
  const shorter = Math.min(words.length, others.length);
  let start = 0;
  while (start < shorter && words[start] === others[start]) start++;
  let end = 0;
  while (end < shorter - start && words.at(-1 - end) === others.at(-1 - end)) end++;
  const last = words.length - end;
  return {
    before: words.slice(0, start).join(''),
    changed: words.slice(start, last).join(''),
    after: words.slice(last).join(''),
  };
}
