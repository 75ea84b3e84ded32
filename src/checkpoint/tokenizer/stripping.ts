import type { AddedToken } from './tokenizerFiles';

/** Each of these is a single UTF-16 unit. JavaScript's own trimming uses another set. */
const space = /\p{White_Space}/u;

/** Added tokens without the flags that make them absorb spaces, and the function that removes those spaces first. */
interface Stripping {
  readonly added: readonly AddedToken[];
  strip(text: string): string;
}

/**
 * Removes spaces around added tokens here instead of in the library, whose idea of a space is JavaScript's.
 * @param hasNormaliser whether normalised tokens are searched for in normalised text; those are left to the
 * library.
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
    if (right.has(sections[index - 1] ?? '')) while (start < end && space.test(section[start]!)) start++;
    if (left.has(sections[index + 1] ?? '')) while (start < end && space.test(section[end - 1]!)) end--;
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
