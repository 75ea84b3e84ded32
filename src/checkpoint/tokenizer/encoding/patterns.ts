import { SplitPreTokenizer } from '@huggingface/tokenizers';
import { spend } from '../bounded';
import { nameOf, type Part } from './part';
import { boundSteps } from './patternWork';

/** From the first UTF-16 unit of a match to the one after its last. */
export type Span = readonly [start: number, end: number];

/** A stranger's pattern, with the most steps that a search of a text of some length can take. */
export interface Pattern {
  readonly expression: RegExp;
  readonly boundSteps: (length: number) => number;
}

/** Letters beyond ASCII that equal an ASCII letter when case is ignored: long s, and the Kelvin sign. */
const foldedLetters: Readonly<Record<string, string>> = { s: 'sS\u017f', k: 'kK\u212a' };

/**
 * The `pattern` of a part: `{ String }` or `{ Regex }`, the latter in the dialect of Oniguruma, which the
 * library rewrites.
 * @throws Error when there is none, or it cannot be rewritten.
 */
export function compilePattern(part: Part): Pattern {
  const given = part.pattern as { readonly String?: unknown; readonly Regex?: unknown } | undefined;
  if (typeof given?.String === 'string') return asPattern(new RegExp(escapePattern(given.String), 'gu'));
  if (typeof given?.Regex !== 'string') throw new Error(`its ${nameOf(part)} has no pattern`);
  return compileRegex(given.Regex);
}

/** @param regex in the dialect of Oniguruma. @throws Error */
export function compileRegex(regex: string): Pattern {
  const pattern = { Regex: unfoldCase(regex) };
  const { pattern: expression } = new SplitPreTokenizer({ type: 'Split', pattern, behavior: 'Isolated' });
  return asPattern(expression!);
}

/** @param expression with the flags `g` and `u`. */
export function asPattern(expression: RegExp): Pattern {
  return { expression, boundSteps: boundSteps(expression.source) };
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The library ignores case in `(?i:…)` only for ASCII letters. */
function unfoldCase(regex: string): string {
  return regex.replace(/\(\?i:([a-z'|]*)\)/gi, (_, words: string) => {
    const folded = words.replace(/[a-z]/gi, (letter) => {
      const lower = letter.toLowerCase();
      return `[${foldedLetters[lower] ?? lower + lower.toUpperCase()}]`;
    });
    return `(?:${folded})`;
  });
}

/**
 * The matches in a text, as Hugging Face tokenizers finds them: no empty match at the end of another one, and
 * none between the halves of a surrogate pair, where V8 sees one.
 */
export function findMatches(text: string, { expression, boundSteps }: Pattern): Span[] {
  spend(boundSteps(text.length));
  const spans: Span[] = [];
  let lastEnd = -1;
  for (const { 0: match, index } of text.matchAll(expression)) {
    const isStray = match === '' && (index === lastEnd || isWithinPair(text, index));
    lastEnd = index + match.length;
    if (!isStray) spans.push([index, lastEnd]);
  }
  return spans;
}

function isWithinPair(text: string, index: number): boolean {
  return index > 0 && text.codePointAt(index - 1)! > 0xffff;
}
