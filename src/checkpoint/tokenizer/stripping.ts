import type { AddedToken } from './tokenizerFiles';

/** Every one of them is a single unit of UTF-16. JavaScript's own trimming knows another set. */
const SPACE = /\p{White_Space}/u;

/** Added tokens without the flags that make them swallow spaces, and the function that takes those spaces away first. */
export interface Stripping {
  readonly added: readonly AddedToken[];
  strip(text: string): string;
}

/**
 * Takes the swallowing of spaces out of the library's hands, whose spaces are JavaScript's.
 * @param hasNormaliser whether tokens marked as normalised are looked for in other text; those are left to the library.
 */
export function separateStripping(added: readonly AddedToken[], hasNormaliser: boolean): Stripping {
  const isEarly = ({ normalized, special }: AddedToken) =>
    !hasNormaliser || !(normalized ?? special !== true);
  const early = added.filter(isEarly);
  const left = listContents(early.filter(({ lstrip }) => lstrip));
  const right = listContents(early.filter(({ rstrip }) => rstrip));
  if (left.size + right.size === 0) return { added, strip: (text) => text };
  const pattern = matchAny([...listContents(early)]);
  return {
    added: added.map((token) => (isEarly(token) ? { ...token, lstrip: false, rstrip: false } : token)),
    strip: (text) => stripBeside(text.split(pattern), left, right).join(''),
  };
}

/** @param sections texts and tokens in turn */
function stripBeside(
  sections: readonly string[],
  left: ReadonlySet<string>,
  right: ReadonlySet<string>,
): string[] {
  return sections.map((section, index) => {
    if (index % 2 === 1) return section;
    let [start, end] = [0, section.length];
    if (right.has(sections[index - 1] ?? '')) while (start < end && SPACE.test(section[start]!)) start++;
    if (left.has(sections[index + 1] ?? '')) while (start < end && SPACE.test(section[end - 1]!)) end--;
    return section.slice(start, end);
  });
}

/** One group that matches the longest of the texts. */
function matchAny(texts: readonly string[]): RegExp {
  const longestFirst = [...texts].sort((one, other) => other.length - one.length);
  return new RegExp(
    `(${longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')})`,
    'u',
  );
}

function listContents(tokens: readonly AddedToken[]): Set<string> {
  return new Set(tokens.map(({ content }) => content));
}
