import { findMatches, type Pattern } from './patterns';

/** A step made far too much of a text. */
export class GrowthExceeded extends Error {
  override readonly name = 'GrowthExceeded';

  constructor(before: number, after: number) {
    super(`it turns a text of ${before} characters into one of ${after}`);
  }
}

/** Honest steps lengthen a text at most as the longest compatibility decomposition does: 18 characters for one. */
const mostGrowth = 20;
/** What a text of any length may grow to, in UTF-16 units. */
const alwaysAllowed = 10_000;

/**
 * Replaces every match of a pattern. The new text is taken as it is: a `$` in it means itself.
 * @throws GrowthExceeded when the text grows beyond all reason.
 */
export function replaceMatches(text: string, pattern: Pattern, content: string): string {
  const spans = findMatches(text, pattern);
  if (spans.length === 0) return text;
  const matched = spans.reduce((sum, [start, end]) => sum + end - start, 0);
  assertGrowth(text.length, text.length - matched + spans.length * content.length);
  const kept = spans.map(([start], index) => text.slice(spans[index - 1]?.[1] ?? 0, start));
  return [...kept, text.slice(spans.at(-1)![1])].join(content);
}

/**
 * A stranger's file may double a text with each of its steps.
 * @param before and `after`: lengths in UTF-16 units.
 * @throws GrowthExceeded
 */
export function assertGrowth(before: number, after: number): void {
  if (after <= mostGrowth * before + alwaysAllowed) return;
  throw new GrowthExceeded(before, after);
}
