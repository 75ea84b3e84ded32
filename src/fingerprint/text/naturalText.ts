/*
 * The form of a key: text of one script that a person might write, without anything that only a program
 * would. The rules know the punctuation of many languages but no words.
 */

/** Invisible characters, and the one that replaces unreadable ones. */
const unprintable = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u2028\u2029\ufffd]/u;

/** Invisible format marks. The two joiners are part of the spelling in scripts of Persia and India. */
const formatMark =
  /[^\P{Cf}\u200c\u200d]|(?<![\p{L}\p{M}]|\p{So})[\u200c\u200d]|(?<=\p{Script=Latin})[\u200c\u200d]/u;

/** Names of control tokens, spelt out. */
const controlText =
  /<\|[^<>|]*\|?>|<\uff5c[^<>]*>|<\/?(?:s|pad|unk|bos|eos|cls|sep|mask)>|<(?:unused|extra_id_|reserved_)[^<>\s]*>|<0x[0-9a-f]{2}>|<(?:start|end)_of_\w+>|<<\/?SYS>>|\[\/?(?:PAD|UNK|CLS|SEP|MASK|BOS|EOS|INST)\]|\[(?:unused|control)_?\d+\]/iu;

/** Letters, digits and punctuation; currency signs and signs of simple sums. */
const plainText = /^[\p{L}\p{M}\p{N}\p{Zs}\p{P}\p{Sc}\u200c\u200d+=×÷±−°]*$/u;
const mathematicalLetter = /[\u{1d400}-\u{1d7ff}]/u;

const markUp: readonly RegExp[] = [
  // Tags, braces of templates, LaTeX, tables, code, emphasis, links.
  /[<>{}\\|`~^*_[\]@]/,
  // Headings, rules, comments, empty calls.
  /(?:^|\s)#+(?:\s|$)|#{2}|={2}|-{3}|\+{3}|\/{2}|\(\)/,
  // Entities and attributes.
  /&#?\w+;|\p{L}=["'“]/u,
  // Addresses.
  /\b(?:https?|ftp|mailto)\s?:|\bwww\.|\b[\w-]+\.(?:com|org|net|edu|gov|io|html?|php)\b/i,
  // A formula between dollar signs; as money the sign is next to a number.
  /(?<!\p{N}\s?)\$(?!\s?\p{N})/u,
];

/** Single scripts, and those that one language combines. */
const scriptNames =
  `Latin Greek Cyrillic Armenian Hebrew Arabic Syriac Thaana Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil
  Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic Cherokee Canadian_Aboriginal Khmer Mongolian
  Tifinagh Javanese Balinese Han Hiragana Katakana Hangul Bopomofo Yi`.split(/\s+/);
const writtenTogether = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Hangul'],
  ['Han', 'Bopomofo'],
];
const scriptTests = scriptNames.map((name) => ({ name, test: new RegExp(`\\p{Script=${name}}`, 'u') }));
const ofNoScript = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** Scripts that do not separate words by spaces, and hardly end sentences with marks. */
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

const openingMarks = '["\'“„‘«‹「『《（(¿¡]{0,2}';
const textStart = new RegExp(`^${openingMarks}[\\p{L}\\p{N}]`, 'u');
const smallStart = new RegExp(`^${openingMarks}\\p{Ll}`, 'u');
const questionEnd = /[?？؟;\u037e՞⁇][\p{Pe}\p{Pf}"'’]*$/u;
const sentenceEnd = /[?？؟;\u037e՞!！.。．।॥۔։።…][\p{Pe}\p{Pf}"'’]*$/u;

/** A list's number or letter, or a speaker's name, before the text itself. */
const listMark = /^["“(]?(?:\p{N}{1,3}|\p{L})(?:[.:：、](?!\p{N})|\))|^[-–—•·]/u;
const leadingLabel = /^["“]?[\p{L}\p{M}\p{N}]+\s?[:：]/u;
const roleName =
  /(?<![\p{L}\p{M}])(?:user|assistant|system|human|ai|bot|chatbot|agent|question|answer|q|a|input|output|instruction|prompt|response)\s?[:：]/iu;

const oddPunctuation: readonly RegExp[] = [
  /\p{Zs}{2}|\p{Zs}[,.;、。](?:\p{Zs}|$)/u,
  /[,;:،、]\s*[.,;:!?،、。]|([!?？！؟])\s*\1|\.{4}|["“”]\s*["“”]/u,
  /([^\p{N}.])\1{3}/u,
];

/** The same word twice with no mark between. */
const doubledWord = /(?<![\p{L}\p{M}\p{N}])([\p{L}\p{M}\p{N}]{2,})\s+\1(?![\p{L}\p{M}\p{N}])/iu;

const fewestWords = 3;
const fewestLetters = 6;
const leastShareOfLetters = 0.6;
/** So many words in a row must not occur twice. */
const repeatedWords = 3;

/** Whether a text has characters that nobody sees or reads: control, format, private use, replacement. */
export function hasUnprintable(text: string): boolean {
  return unprintable.test(text) || formatMark.test(text);
}

/** Whether a text spells out the name of a control token. */
export function hasControlText(text: string): boolean {
  return controlText.test(text);
}

/** Whether a text has mark-up, code, formulas or addresses, or parts of them, or pictures and other signs. */
export function hasMarkup(text: string): boolean {
  return (
    !plainText.test(text) || mathematicalLetter.test(text) || markUp.some((pattern) => pattern.test(text))
  );
}

/** Whether all letters are of one Unicode script, or of scripts that one language writes together, such as kana and kanji. */
export function isOneScript(text: string): boolean {
  const found = [...new Set(text.match(/\p{L}/gu))].map(findScript);
  const scripts = [...new Set(found)].filter((script) => script !== undefined);
  if (scripts.length <= 1) return true;
  return writtenTogether.some((together) => scripts.every((script) => together.includes(script)));
}

/** Whether a text reads like a person's question or request: whole sentences, the last one with its mark. */
export function readsLikeQuestion(text: string): boolean {
  const isWhole = sentenceEnd.test(text) || unspaced.test(text);
  if (!isWhole || (smallStart.test(text) && !questionEnd.test(text))) return false;
  return readsLikeText(text) && nest(text) === 0 && countQuotes(text) % 2 === 0;
}

/**
 * Whether a text reads like the beginning of another, which may break off anywhere.
 * @param isCased whether the model knows capitals; then its texts begin with one
 */
export function readsLikeBeginning(text: string, isCased: boolean): boolean {
  const trimmed = text.trim();
  return readsLikeText(trimmed) && nest(trimmed) >= 0 && !(isCased && smallStart.test(trimmed));
}

/** The rules for every text, complete or not. */
function readsLikeText(text: string): boolean {
  if (!textStart.test(text) || listMark.test(text) || leadingLabel.test(text) || roleName.test(text))
    return false;
  if (oddPunctuation.some((pattern) => pattern.test(text)) || doubledWord.test(text)) return false;
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  const letters = text.match(/\p{L}/gu) ?? [];
  const visible = text.match(/[^\p{M}\p{Zs}]/gu) ?? [];
  const isSpaced = letters.every((letter) => !isWrittenWithoutSpaces(letter));
  if (letters.length < fewestLetters || (isSpaced && words.length < fewestWords)) return false;
  return letters.length >= leastShareOfLetters * visible.length && !repeatsItself(words);
}

function repeatsItself(words: readonly string[]): boolean {
  const seen = new Set<string>();
  for (let end = repeatedWords; end <= words.length; end++) {
    const run = words.slice(end - repeatedWords, end).join(' ');
    if (seen.has(run)) return true;
    seen.add(run);
  }
  return false;
}

const brackets = new Map([
  [')', '('],
  ['）', '（'],
  ['」', '「'],
  ['』', '『'],
  ['》', '《'],
  ['】', '【'],
  ['»', '«'],
]);
const openingBrackets = new Set(brackets.values());

/** How many brackets are still open at the end of a text; −1 where one closes that was not open. */
function nest(text: string): number {
  const open: string[] = [];
  for (const character of text) {
    const opening = brackets.get(character);
    if (openingBrackets.has(character)) open.push(character);
    else if (opening !== undefined && open.pop() !== opening) return -1;
  }
  return open.length;
}

/** Languages pair quotes in different ways, but always in pairs. */
function countQuotes(text: string): number {
  return text.match(/["“”„]/g)?.length ?? 0;
}

const knownScripts = new Map<string, string | undefined>();

/** The script of a letter, or undefined for one that several scripts share; all rare scripts count as one. */
function findScript(letter: string): string | undefined {
  if (knownScripts.has(letter)) return knownScripts.get(letter);
  const script = ofNoScript.test(letter)
    ? undefined
    : (scriptTests.find(({ test }) => test.test(letter))?.name ?? 'another');
  knownScripts.set(letter, script);
  return script;
}

function isWrittenWithoutSpaces(letter: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter) || unspaced.test(letter);
}
