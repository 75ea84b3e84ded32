import { randomInt } from 'node:crypto';

/** Bits below which a passphrase is refused, and from which it is called fair and strong. */
const [leastBits, fairBits, strongBits] = [24, 40, 60] as const;

/** A word that a list of 16,000 common ones holds. */
const bitsOfWord = 14;
const bitsOfCommonWord = 6;
const bitsOfRepeat = 6;
/** For the next letter of a row, of the alphabet or of the same letter. */
const bitsOfStep = 1;

const commonWords =
  /password|passwort|passphrase|qwerty|letmein|welcome|iloveyou|admin|dragon|monkey|football|baseball|master|sunshine|princess|shadow|superman|secret|fingerprint|test|hello/;
const keyRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890'];
const shortestRepeat = 3;
const mostRead = 200;

/** How hard a passphrase is to guess, in words for its owner. */
export type Strength = 'refused' | 'weak' | 'fair' | 'strong';

/**
 * Rates a passphrase by a short rule: repeats, rows and whole words count little, as whoever guesses tries them
 * first. It knows no list of leaked passwords, so its answer is an upper bound.
 */
export function ratePassphrase(passphrase: string): Strength {
  const bits = estimateBits(passphrase);
  if (bits < leastBits) return 'refused';
  return bits < fairBits ? 'weak' : bits < strongBits ? 'fair' : 'strong';
}

/** An upper bound of log2 of the guesses that a passphrase takes, from its first 200 characters. */
export function estimateBits(whole: string): number {
  const passphrase = whole.slice(0, mostRead);
  const pool = Math.log2(countPool(passphrase));
  let bits = 0;
  for (let at = 0; at < passphrase.length;) {
    const repeat = longestRepeat(passphrase, at);
    const word = /^\p{L}+/u.exec(passphrase.slice(at))?.[0] ?? '';
    if (repeat >= shortestRepeat) [bits, at] = [bits + bitsOfRepeat, at + repeat];
    else if (word.length >= shortestRepeat) [bits, at] = [bits + bitsOfLetters(word, pool), at + word.length];
    else {
      bits += isStep(passphrase, at) || passphrase.indexOf(passphrase[at]!) < at ? bitsOfStep : pool;
      at++;
    }
  }
  return bits;
}

/** A run of letters: a word where it can be spoken, else letters of their own. */
function bitsOfLetters(word: string, pool: number): number {
  const lower = word.toLowerCase();
  if (commonWords.test(lower)) return bitsOfCommonWord + lower.replace(commonWords, '').length * bitsOfStep;
  const alone = Array.from(lower).reduce(
    (sum, _letter, at) => sum + (isStep(lower, at) ? bitsOfStep : pool),
    0,
  );
  const vowels = lower.match(/[aeiouyäöü]/g)?.length ?? 0;
  const isSpoken = vowels / lower.length >= 0.2 && !/[^aeiouyäöü]{5}/.test(lower) && lower.length <= 14;
  return isSpoken ? Math.min(alone, bitsOfWord) : alone;
}

/** Whether a character follows from the one before it. */
function isStep(text: string, at: number): boolean {
  if (at === 0) return false;
  const distance = text.charCodeAt(at) - text.charCodeAt(at - 1);
  if (Math.abs(distance) <= 1) return true;
  const pair = text.slice(at - 1, at + 1).toLowerCase();
  return keyRows.some((row) => row.includes(pair));
}

/** How many characters from here on occurred before. */
function longestRepeat(text: string, at: number): number {
  let length = 0;
  while (at + length < text.length && text.slice(0, at).includes(text.slice(at, at + length + 1))) length++;
  return length;
}

function countPool(text: string): number {
  const classes: readonly [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 100],
  ];
  return Math.max(
    2,
    classes.reduce((sum, [pattern, count]) => sum + (pattern.test(text) ? count : 0), 0),
  );
}

/** Without characters that look alike. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const [groups, groupLength] = [5, 4] as const;

/** A random passphrase of 20 characters in groups: 99 bits. */
export function generatePassphrase(): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]!).join('');
  return Array.from({ length: groups }, group).join('-');
}
