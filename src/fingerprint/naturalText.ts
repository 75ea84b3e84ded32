/*
 * The form of a key: text of one script that a person might write, without anything that only a program
 * would. The rules know the punctuation of many languages but no words.
 */

/** Invisible characters, and the one that replaces unreadable ones. */
const UNPRINTABLE = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u2028\u2029\ufffd]/u;

/** Invisible format marks. The two joiners are part of the spelling in scripts of Persia and India. */
const FORMAT =
  /[^\P{Cf}\u200c\u200d]|(?<![\p{L}\p{M}]|\p{So})[\u200c\u200d]|(?<=\p{Script=Latin})[\u200c\u200d]/u;

/** Names of control tokens, spelt out. */
const CONTROL_TEXT =
  /<\|[^<>|]*\|?>|<\uff5c[^<>]*>|<\/?(?:s|pad|unk|bos|eos|cls|sep|mask)>|<(?:unused|extra_id_|reserved_)[^<>\s]*>|<0x[0-9a-f]{2}>|<(?:start|end)_of_\w+>|<<\/?SYS>>|\[\/?(?:PAD|UNK|CLS|SEP|MASK|BOS|EOS|INST)\]|\[(?:unused|control)_?\d+\]/iu;

/** Letters, digits and punctuation; currency signs and signs of simple sums. */
const PLAIN = /^[\p{L}\p{M}\p{N}\p{Zs}\p{P}\p{Sc}\u200c\u200d+=×÷±−°]*$/u;
const MATHEMATICAL_LETTER = /[\u{1d400}-\u{1d7ff}]/u;

const MARK_UP: readonly RegExp[] = [
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
const SCRIPTS =
  `Latin Greek Cyrillic Armenian Hebrew Arabic Syriac Thaana Nko Devanagari Bengali Gurmukhi Gujarati Oriya Tamil
  Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic Cherokee Canadian_Aboriginal Khmer Mongolian
  Tifinagh Javanese Balinese Han Hiragana Katakana Hangul Bopomofo Yi`.split(/\s+/);
const WRITTEN_TOGETHER = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Hangul'],
  ['Han', 'Bopomofo'],
];
const SCRIPT_TESTS = SCRIPTS.map((name) => ({ name, test: new RegExp(`\\p{Script=${name}}`, 'u') }));
const OF_NO_SCRIPT = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** Scripts that do not separate words by spaces, and hardly end sentences with marks. */
const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

const OPENING = '["\'“„‘«‹「『《（(¿¡]{0,2}';
const START = new RegExp(`^${OPENING}[\\p{L}\\p{N}]`, 'u');
const SMALL_START = new RegExp(`^${OPENING}\\p{Ll}`, 'u');
const ASKED = /[?？؟;\u037e՞⁇][\p{Pe}\p{Pf}"'’]*$/u;
const SENTENCE_END = /[?？؟;\u037e՞!！.。．।॥۔։።…][\p{Pe}\p{Pf}"'’]*$/u;

/** A list's number or letter, or a speaker's name, before the text itself. */
const LIST_MARK = /^["“(]?(?:\p{N}{1,3}|\p{L})(?:[.:：、](?!\p{N})|\))|^[-–—•·]/u;
const LABEL = /^["“]?[\p{L}\p{M}\p{N}]+\s?[:：]/u;
const ROLE =
  /(?<![\p{L}\p{M}])(?:user|assistant|system|human|ai|bot|chatbot|agent|question|answer|q|a|input|output|instruction|prompt|response)\s?[:：]/iu;

const ODD_PUNCTUATION: readonly RegExp[] = [
  /\p{Zs}{2}|\p{Zs}[,.;、。](?:\p{Zs}|$)/u,
  /[,;:،、]\s*[.,;:!?،、。]|([!?？！؟])\s*\1|\.{4}|["“”]\s*["“”]/u,
  /([^\p{N}.])\1{3}/u,
];

/** The same word twice with no mark between. */
const DOUBLED_WORD = /(?<![\p{L}\p{M}\p{N}])([\p{L}\p{M}\p{N}]{2,})\s+\1(?![\p{L}\p{M}\p{N}])/iu;

const FEWEST_WORDS = 3;
const FEWEST_LETTERS = 6;
const LEAST_SHARE_OF_LETTERS = 0.6;
/** So many words in a row must not occur twice. */
const REPEATED_WORDS = 3;

/** Whether a text has characters that nobody sees or reads: control, format, private use, replacement. */
export function hasUnprintable(text: string): boolean {
  return UNPRINTABLE.test(text) || FORMAT.test(text);
}

/** Whether a text spells out the name of a control token. */
export function hasControlText(text: string): boolean {
  return CONTROL_TEXT.test(text);
}

/** Whether a text has mark-up, code, formulas or addresses, or parts of them, or pictures and other signs. */
export function hasMarkup(text: string): boolean {
  return !PLAIN.test(text) || MATHEMATICAL_LETTER.test(text) || MARK_UP.some((pattern) => pattern.test(text));
}

/** Whether all letters are of one Unicode script, or of scripts that one language writes together, such as kana and kanji. */
export function isOneScript(text: string): boolean {
  const found = [...new Set(text.match(/\p{L}/gu))].map(findScript);
  const scripts = [...new Set(found)].filter((script) => script !== undefined);
  if (scripts.length <= 1) return true;
  return WRITTEN_TOGETHER.some((together) => scripts.every((script) => together.includes(script)));
}

/** Whether a text reads like a person's question or request: whole sentences, the last one with its mark. */
export function readsLikeQuestion(text: string): boolean {
  const isWhole = SENTENCE_END.test(text) || UNSPACED.test(text);
  if (!isWhole || (SMALL_START.test(text) && !ASKED.test(text))) return false;
  return readsLikeText(text) && nest(text) === 0 && countQuotes(text) % 2 === 0;
}

/**
 * Whether a text reads like the beginning of another, which may break off anywhere.
 * @param isCased whether the model knows capitals; then its texts begin with one
 */
export function readsLikeBeginning(text: string, isCased: boolean): boolean {
  const trimmed = text.trim();
  return readsLikeText(trimmed) && nest(trimmed) >= 0 && !(isCased && SMALL_START.test(trimmed));
}

/** The rules for every text, complete or not. */
function readsLikeText(text: string): boolean {
  if (!START.test(text) || LIST_MARK.test(text) || LABEL.test(text) || ROLE.test(text)) return false;
  if (ODD_PUNCTUATION.some((pattern) => pattern.test(text)) || DOUBLED_WORD.test(text)) return false;
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? [];
  const letters = text.match(/\p{L}/gu) ?? [];
  const visible = text.match(/[^\p{M}\p{Zs}]/gu) ?? [];
  const isSpaced = letters.every((letter) => !isWrittenWithoutSpaces(letter));
  if (letters.length < FEWEST_LETTERS || (isSpaced && words.length < FEWEST_WORDS)) return false;
  return letters.length >= LEAST_SHARE_OF_LETTERS * visible.length && !repeatsItself(words);
}

function repeatsItself(words: readonly string[]): boolean {
  const seen = new Set<string>();
  for (let end = REPEATED_WORDS; end <= words.length; end++) {
    const run = words.slice(end - REPEATED_WORDS, end).join(' ');
    if (seen.has(run)) return true;
    seen.add(run);
  }
  return false;
}

const BRACKETS = new Map([
  [')', '('],
  ['）', '（'],
  ['」', '「'],
  ['』', '『'],
  ['》', '《'],
  ['】', '【'],
  ['»', '«'],
]);
const OPENING_BRACKETS = new Set(BRACKETS.values());

/** How many brackets are still open at the end of a text; −1 where one closes that was not open. */
function nest(text: string): number {
  const open: string[] = [];
  for (const character of text) {
    const opening = BRACKETS.get(character);
    if (OPENING_BRACKETS.has(character)) open.push(character);
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
  const script = OF_NO_SCRIPT.test(letter)
    ? undefined
    : (SCRIPT_TESTS.find(({ test }) => test.test(letter))?.name ?? 'another');
  knownScripts.set(letter, script);
  return script;
}

function isWrittenWithoutSpaces(letter: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter) || UNSPACED.test(letter);
}
