import { bytesAsCharacters } from './byteCharacters';
import { demandText, isPart, listParts, nameOf, type Part } from './part';
import { compilePattern } from './patterns';
import { readPrecompiled } from './precompiled';
import { assertGrowth, replaceMatches } from './replacing';

export type Normalise = (text: string) => string;

/**
 * A tokenizer.json's normaliser. The library's own ones differ from the Rust library, which made the file, in
 * what they take for a space, in lower case and in the maps of SentencePiece.
 * @returns undefined where there is none.
 * @throws Error when a part is not known; the function, when it lengthens a text beyond all reason.
 */
export function makeNormaliser(part: unknown): Normalise | undefined {
  if (part === undefined || part === null) return undefined;
  if (!isPart(part)) throw new Error('its normalizer has no type');
  return makeStep(part);
}

function makeStep(part: Part): Normalise {
  switch (part.type) {
    case 'Sequence':
      return chain(listParts(part.normalizers).map(makeStep));
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = part.type;
      return (text) => text.normalize(form);
    }
    case 'Replace': {
      const [pattern, content] = [compilePattern(part), demandText(part, 'content')];
      return (text) => replaceMatches(text, pattern, content);
    }
    case 'Prepend': {
      const prefix = demandText(part, 'prepend');
      return (text) => (text === '' ? text : prefix + text);
    }
    case 'Strip':
      return (text) => strip(text, part.strip_left === true, part.strip_right === true);
    case 'StripAccents':
      return (text) => text.replace(/\p{M}/gu, '');
    case 'Lowercase':
      return lowerEach;
    case 'Nmt':
      return (text) => text.replace(nmtDropped, '').replace(nmtSpaces, ' ');
    case 'ByteLevel':
      return bytesAsCharacters;
    case 'BertNormalizer':
      return makeBert(part);
    case 'Precompiled':
      return readPrecompiled(demandText(part, 'precompiled_charsmap'));
    default:
      throw new Error(`unknown normalizer "${nameOf(part)}"`);
  }
}

function chain(steps: readonly Normalise[]): Normalise {
  return (text) =>
    steps.reduce((before, step) => {
      const after = step(before);
      assertGrowth(text.length, after.length);
      return after;
    }, text);
}

/** The control characters and spaces of the rules that SentencePiece calls NMT. */
const nmtDropped = /[\u0001-\u0008\u000B\u000E-\u001F\u007F\u008F\u009F]/g;
const nmtSpaces = /[\t\n\f\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]/g;

function strip(text: string, left: boolean, right: boolean): string {
  let [start, end] = [0, text.length];
  if (left) while (start < end && space.test(text[start]!)) start++;
  if (right) while (start < end && space.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Each space is a single UTF-16 unit. JavaScript's own trimming has another set of them. */
const space = /\p{White_Space}/u;

/** Each character alone, so that no sigma becomes the one that ends a word. */
function lowerEach(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('');
}

const bertDropped = /[\0\uFFFD]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}]/gu;
const chinese =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

function makeBert(part: Part): Normalise {
  const isLower = part.lowercase === true;
  const stripsAccents = part.strip_accents ?? isLower;
  return (text) => {
    let normal = text;
    if (part.clean_text === true) normal = normal.replace(bertDropped, '').replace(/\p{White_Space}/gu, ' ');
    if (part.handle_chinese_chars === true) normal = normal.replace(chinese, ' $& ');
    if (stripsAccents === true) normal = normal.normalize('NFD').replace(/\p{Mn}/gu, '');
    return isLower ? lowerEach(normal) : normal;
  };
}
