import { spend } from '../bounded';
import type { AddedToken } from '../tokenizerJson';

/** A stretch of text, or the token that stands there. */
export type Section = { readonly text: string; readonly isFirst: boolean } | { readonly id: number };

interface Node {
  readonly next: Map<string, Node>;
  token?: AddedToken;
}

/** The search for a set of added tokens. */
export interface AddedTokenSearch {
  readonly root: Node;
  /** UTF-16 units of the longest of them. */
  readonly longest: number;
}

/** @param tokens with the texts under which they are searched for. */
export function searchFor(
  tokens: readonly { readonly content: string; readonly token: AddedToken }[],
): AddedTokenSearch {
  const root: Node = { next: new Map() };
  // Of two with the same normal form the last counts, and special ones come first.
  const inOrder = [...tokens].sort((one, other) => rank(one.token) - rank(other.token));
  for (const { content, token } of inOrder) {
    let node = root;
    for (const unit of content.split('')) {
      let child = node.next.get(unit);
      if (!child) node.next.set(unit, (child = { next: new Map() }));
      node = child;
    }
    if (node !== root) node.token = token;
  }
  return { root, longest: tokens.reduce((most, { content }) => Math.max(most, content.length), 0) };
}

function rank({ special }: AddedToken): number {
  return special === true ? 0 : 1;
}

/**
 * Cuts a text at the added tokens in it, as Hugging Face tokenizers does: the first that begins, of those the
 * longest, with the spaces that it absorbs. A token that must stand alone is text within a word.
 */
export function cutAtAdded(text: string, isFirst: boolean, search: AddedTokenSearch): Section[] {
  spend(text.length * Math.min(text.length, search.longest));
  const sections: Section[] = [];
  let cut = 0;
  let position = 0;
  while (position < text.length) {
    const token = findLongest(text, position, search.root);
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
  root: Node,
): { readonly token: AddedToken; readonly length: number } | undefined {
  let found: { readonly token: AddedToken; readonly length: number } | undefined;
  let node: Node | undefined = root;
  for (let i = position; i < text.length && (node = node.next.get(text[i]!)); i++)
    if (node.token) found = { token: node.token, length: i + 1 - position };
  return found;
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
