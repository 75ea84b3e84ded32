import { spend } from '../bounded';
import type { AddedToken } from '../tokenizerJson';

/** A stretch of text, or the token that stands there. */
export type Section = { readonly text: string; readonly isFirst: boolean } | { readonly id: number };

/** The search for a set of added tokens. No tree of characters: a stranger's token may have millions. */
export interface AddedTokenSearch {
  readonly tokens: ReadonlyMap<string, AddedToken>;
  /** The lengths of the tokens that begin with a UTF-16 unit, the longest first. */
  readonly lengths: ReadonlyMap<string, readonly number[]>;
  /** All lengths together: the steps of a search at one place. */
  readonly steps: number;
}

/** @param searched tokens with the texts under which they are searched for. */
export function searchFor(
  searched: readonly { readonly content: string; readonly token: AddedToken }[],
): AddedTokenSearch {
  // Of two with the same normal form the last counts, and special ones come first.
  const inOrder = searched
    .filter(({ content }) => content !== '')
    .sort((one, other) => rank(one.token) - rank(other.token));
  const tokens = new Map(inOrder.map(({ content, token }) => [content, token]));
  const lengths = new Map<string, Set<number>>();
  for (const content of tokens.keys())
    lengths.set(content[0]!, (lengths.get(content[0]!) ?? new Set()).add(content.length));
  const sorted = [...lengths].map(
    ([unit, own]) => [unit, [...own].sort((one, other) => other - one)] as const,
  );
  const steps = sorted.map(([, own]) => own.reduce((sum, length) => sum + length, 0));
  return { tokens, lengths: new Map(sorted), steps: Math.max(0, ...steps) };
}

function rank({ special }: AddedToken): number {
  return special === true ? 0 : 1;
}

/**
 * Cuts a text at the added tokens in it, as Hugging Face tokenizers does: the first that begins, of those the
 * longest, with the spaces that it absorbs. A token that must stand alone is text within a word.
 */
export function cutAtAdded(text: string, isFirst: boolean, search: AddedTokenSearch): Section[] {
  spend(text.length * Math.min(text.length ** 2, search.steps));
  const sections: Section[] = [];
  let cut = 0;
  let position = 0;
  while (position < text.length) {
    const token = findLongest(text, position, search);
    if (!token) {
      position++;
      continue;
    }
    const end = position + token.length;
    const { single_word: isAlone, lstrip, rstrip, id } = token.token;
    if (isAlone === true && touchesWord(text, position, end)) {
      position = end;
      continue;
    }
    const from = lstrip === true ? Math.max(cut, spacesBefore(text, position)) : position;
    if (cut < from) sections.push({ text: text.slice(cut, from), isFirst: isFirst && cut === 0 });
    sections.push({ id });
    position = end;
    cut = rstrip === true ? spacesAfter(text, end) : end;
  }
  if (cut < text.length) sections.push({ text: text.slice(cut), isFirst: isFirst && cut === 0 });
  return sections;
}

function findLongest(
  text: string,
  position: number,
  { tokens, lengths }: AddedTokenSearch,
): { readonly token: AddedToken; readonly length: number } | undefined {
  for (const length of lengths.get(text[position]!) ?? []) {
    if (position + length > text.length) continue;
    const token = tokens.get(text.slice(position, position + length));
    if (token) return { token, length };
  }
  return undefined;
}

/** Each is a single UTF-16 unit. */
const space = /\p{White_Space}/u;
const wordEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]$/u;
const wordStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]/u;

function touchesWord(text: string, start: number, end: number): boolean {
  return wordEnd.test(text.slice(Math.max(0, start - 2), start)) || wordStart.test(text.slice(end, end + 2));
}

function spacesBefore(text: string, position: number): number {
  let start = position;
  while (start > 0 && space.test(text[start - 1]!)) start--;
  return start;
}

function spacesAfter(text: string, position: number): number {
  let end = position;
  while (end < text.length && space.test(text[end]!)) end++;
  return end;
}
