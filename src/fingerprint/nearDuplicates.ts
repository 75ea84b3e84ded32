/**
 * Two texts whose word sets have this Jaccard similarity ask nearly the same thing ("What is the capital of France?" and
 * "… of Spain?" have 5 of 7 words in common); stories that only begin alike stay apart.
 */
const ALIKE = 0.7;

/** Remembers texts and tells which new ones nearly repeat them. */
export class NearDuplicates {
  private readonly seen: ReadonlySet<string>[] = [];

  /** Remembers the text and returns true, unless it nearly repeats one that was added before. */
  addIfNew(text: string): boolean {
    const words = splitWords(text);
    if (this.seen.some((other) => isAlike(words, other))) return false;
    this.seen.push(words);
    return true;
  }
}

/** The words of a text; pairs of characters where it has hardly any, as in scripts without spaces. */
function splitWords(text: string): ReadonlySet<string> {
  const normalised = text.normalize('NFKC').toLowerCase();
  const words = normalised.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length >= 4) return new Set(words);
  const characters = Array.from(words.join(' '));
  return new Set(characters.map((character, index) => character + (characters[index + 1] ?? '')));
}

function isAlike(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const [few, many] = left.size < right.size ? [left, right] : [right, left];
  if (few.size < ALIKE * many.size) return false;
  let common = 0;
  for (const word of few) if (many.has(word)) common++;
  return common >= ALIKE * (left.size + right.size - common);
}
