import { bytesAsCharacters } from './byteCharacters';
import { isPart, listParts, nameOf, prependScheme, type Part } from './part';
import { asPattern, compilePattern, escapePattern } from './patterns';
import { replaceMatches } from './replacing';
import { parseBehavior, splitPiece, type Behavior, type Piece } from './splitting';

export type PreTokenize = (piece: Piece) => readonly Piece[];

/**
 * A tokenizer.json's pre-tokenizer. The library's own ones differ from the Rust library, which made the file,
 * in what they take for a space, a digit or a word, and in how they split.
 * @returns a function that gives a text whole where there is none.
 * @throws Error when a part is not known.
 */
export function makePreTokenizer(part: unknown): PreTokenize {
  if (part === undefined || part === null) return (piece) => [piece];
  if (!isPart(part)) throw new Error('its pre_tokenizer has no type');
  return makeStep(part);
}

function makeStep(part: Part): PreTokenize {
  switch (part.type) {
    case 'Sequence':
      return chain(listParts(part.pretokenizers).map(makeStep));
    case 'Split':
      return splitAt(compilePattern(part), parseBehavior(part.behavior), part.invert === true);
    case 'ByteLevel':
      return makeByteLevel(part);
    case 'Metaspace':
      return makeMetaspace(part);
    case 'Digits':
      // Numbers of every kind in every script.
      return splitAt(asPattern(/\p{N}/gu), part.individual_digits === true ? 'Isolated' : 'Contiguous');
    case 'Punctuation':
      return splitAt(punctuation, parseBehavior(part.behavior ?? 'Isolated'));
    case 'WhitespaceSplit':
      return splitAt(spaces, 'Removed');
    case 'Whitespace':
      return splitAt(words, 'Removed', true);
    case 'BertPreTokenizer':
      return chain([splitAt(spaces, 'Removed'), splitAt(punctuation, 'Isolated')]);
    case 'CharDelimiterSplit':
      return splitAt(literally(part.delimiter), 'Removed');
    case 'FixedLength':
      return splitAt(everyFew(part.length ?? 5), 'Isolated');
    default:
      throw new Error(`unknown pre_tokenizer "${nameOf(part)}"`);
  }
}

/**
 * GPT-2's pattern, which every byte-level tokenizer uses unless it says otherwise. Spaces are Unicode's, not
 * JavaScript's.
 */
const byteLevelWords = asPattern(
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu,
);
const punctuation = asPattern(/[\p{P}!-/:-@[-`{-~]/gu);
const spaces = asPattern(/\p{White_Space}/gu);
const words = asPattern(
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200C\u200D\p{White_Space}]+/gu,
);

function makeByteLevel(part: Part): PreTokenize {
  const addsSpace = part.add_prefix_space === true;
  const split = part.use_regex === false ? undefined : splitAt(byteLevelWords, 'Isolated');
  return (piece) => {
    const begun = addsSpace && !piece.text.startsWith(' ') ? { ...piece, text: ` ${piece.text}` } : piece;
    const pieces = split ? split(begun) : [begun];
    return pieces.map(({ text, isFirst }) => ({ text: bytesAsCharacters(text), isFirst }));
  };
}

/** SentencePiece's way: spaces become visible, and each begins a piece unless the file says otherwise. */
function makeMetaspace(part: Part): PreTokenize {
  const mark = typeof part.replacement === 'string' ? part.replacement : '▁';
  const scheme = prependScheme(part);
  const split = part.split === false ? undefined : splitAt(literally(mark), 'MergedWithNext');
  const aSpace = literally(' ');
  return (piece) => {
    const text = replaceMatches(piece.text, aSpace, mark);
    const isMarked = scheme === 'always' || (scheme === 'first' && piece.isFirst);
    const marked = { ...piece, text: isMarked && !text.startsWith(mark) ? mark + text : text };
    return split ? split(marked) : [marked];
  };
}

function splitAt(
  pattern: Parameters<typeof splitPiece>[1],
  behavior: Behavior,
  isInverted = false,
): PreTokenize {
  return (piece) => splitPiece(piece, pattern, behavior, isInverted);
}

function literally(text: unknown): ReturnType<typeof asPattern> {
  if (typeof text !== 'string' || text === '') throw new Error('it splits text at nothing');
  return asPattern(new RegExp(escapePattern(text), 'gu'));
}

/** Whole characters, not UTF-16 units. */
function everyFew(length: unknown): ReturnType<typeof asPattern> {
  if (!Number.isInteger(length) || Number(length) < 1) throw new Error('it splits text at no length');
  return asPattern(new RegExp(`[^]{1,${Math.min(Number(length), 1_000_000)}}`, 'gu'));
}

function chain(steps: readonly PreTokenize[]): PreTokenize {
  return (piece) =>
    steps.reduce<readonly Piece[]>((pieces, step) => pieces.flatMap((one) => step(one)), [piece]);
}
