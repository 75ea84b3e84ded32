/**
 * Two texts whose word sets have this Jaccard similarity ask nearly the same thing ("What is the capital of
 * France?" and "… of Spain?" share 5 of 7 words); stories that only begin alike stay apart.
 */
const alikeFrom = 0.7;

/** Texts that begin with the same words are nearly the same from this similarity on. */
const alikeFromAfterOpening = 0.65;
const openingWords = 4;

interface Words {
  readonly set: ReadonlySet<string>;
  /** The first words in order; undefined where there are fewer. */
  readonly opening: string | undefined;
  /** All words in order without names and numbers. */
  readonly pattern: string;
}

/** Remembers texts and recognises new ones that nearly repeat them. */
export class NearDuplicates {
  private readonly seen: Words[] = [];
  private readonly patterns = new Set<string>();

  /** Remembers the text and returns true, unless it nearly repeats an earlier one. */
  addIfNew(text: string): boolean {
    const words = splitWords(text);
    if (this.patterns.has(words.pattern) || this.seen.some((other) => isAlike(words, other))) return false;
    this.seen.push(words);
    this.patterns.add(words.pattern);
    return true;
  }
}

/** Which texts nearly repeat one before them: they do not count as independent of it. */
export function findNearRepeats(texts: readonly string[]): boolean[] {
  const known = new NearDuplicates();
  return texts.map((text) => !known.addIfNew(text));
}

/** The words of a text; pairs of characters where it has hardly any words, as in scripts without spaces. */
function splitWords(text: string): Words {
  const written = text.normalize('NFKC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const words = written.map((word) => word.toLowerCase());
  const pattern = written.map((word, index) => (isNameOrNumber(word, index) ? '' : words[index])).join(' ');
  if (words.length >= openingWords)
    return { set: new Set(words), opening: words.slice(0, openingWords).join(' '), pattern };
  const characters = Array.from(words.join(' '));
  const pairs = characters.map((character, index) => character + (characters[index + 1] ?? ''));
  return { set: new Set(pairs), opening: undefined, pattern };
}

/** Numbers, and words with a capital that do not begin the text. */
function isNameOrNumber(word: string, index: number): boolean {
  return /^\p{N}/u.test(word) || (index > 0 && /^\p{Lu}/u.test(word));
}

function isAlike(left: Words, right: Words): boolean {
  const beginsAlike = left.opening !== undefined && left.opening === right.opening;
  const least = beginsAlike ? alikeFromAfterOpening : alikeFrom;
  const [few, many] = left.set.size < right.set.size ? [left.set, right.set] : [right.set, left.set];
  if (few.size < least * many.size) return false;
  let common = 0;
  for (const word of few) if (many.has(word)) common++;
  return common >= least * (left.set.size + right.set.size - common);
}
