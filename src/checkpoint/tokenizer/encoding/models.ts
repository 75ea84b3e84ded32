import { Tokenizer as Library } from '@huggingface/tokenizers';
import { spend } from '../bounded';
import { isPart, type Part } from './part';

type Model = NonNullable<Library['model']>;
export type EncodePiece = (piece: string) => (number | undefined)[];

/**
 * The part of a tokenizer that cuts a piece of text into tokens.
 * @returns undefined for a character that has no token, where there is no unknown token either.
 * @throws Error when the file's model is of a kind that would be read wrongly.
 */
export function makePieceEncoder(part: unknown): EncodePiece {
  if (!isPart(part)) throw new Error('it has no model');
  if (hasText(part.continuing_subword_prefix) && isMerging(part))
    throw new Error('merges with a continuing_subword_prefix are not supported');
  const model = openModel(part);
  const steps = boundWork(part);
  const cut = chooseCut(model, part);
  return (piece) => {
    spend(steps(piece.length));
    return cut(piece).map((token) => model.tokens_to_ids.get(token) ?? model.unk_token_id);
  };
}

function openModel(part: Part): Model {
  const nothing = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const { model } = new Library(
    { ...nothing, model: part, added_tokens: [] },
    // The one setting that belongs to the model itself.
    { unk_token: part.unk_token },
  );
  if (!model) throw new Error('it has no model');
  return model;
}

function chooseCut(model: Model, part: Part): (piece: string) => string[] {
  if (Array.isArray(part.vocab) && part.byte_fallback === true) return withBytes(model);
  if (
    isMerging(part) &&
    !hasText(part.unk_token) &&
    part.byte_fallback !== true &&
    !hasText(part.end_of_word_suffix)
  )
    return (piece) => model._call([isWhole(model, part, piece) ? piece : keepKnown(model, piece)]);
  return (piece) => model._call([piece]);
}

/** The steps of cutting a piece: words are tried from every character on, and Unigram compares all its ways. */
function boundWork(part: Part): (length: number) => number {
  if (Array.isArray(part.vocab)) {
    const longest = (part.vocab as [string, number][]).reduce(
      (most, [text]) => Math.max(most, text.length),
      0,
    );
    return (length) => length * Math.min(length, longest) ** 2;
  }
  if (isMerging(part)) return (length) => 100 * length;
  const longest = typeof part.max_input_chars_per_word === 'number' ? part.max_input_chars_per_word : 100;
  return (length) => length * Math.min(length, longest) ** 2;
}

/**
 * The library's Unigram makes unknown tokens where Hugging Face tokenizers writes bytes: a run of characters
 * without a token, and of unknown tokens written out, becomes the tokens of its UTF-8 bytes, if each has one.
 */
function withBytes(model: Model): (piece: string) => string[] {
  const { tokens_to_ids: ids, unk_token: unknownToken } = model;
  const spell = (run: string): string[] => {
    if (run === '' || ids.has(run)) return run === '' ? [] : [run];
    const bytes = Array.from(Buffer.from(run), nameByte);
    return bytes.every((byte) => ids.has(byte)) ? bytes : [run];
  };
  return (piece) => {
    const tokens: string[] = [];
    let run = '';
    for (const token of model.encode([piece])) {
      if (!ids.has(token) || token === unknownToken) {
        run += token;
        continue;
      }
      tokens.push(...spell(run), token);
      run = '';
    }
    return [...tokens, ...spell(run)];
  };
}

function nameByte(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** Characters without a token are dropped before the merges, so that their neighbours meet. */
function keepKnown(model: Model, piece: string): string {
  return Array.from(piece)
    .filter((character) => model.tokens_to_ids.has(character))
    .join('');
}

function isWhole(model: Model, part: Part, piece: string): boolean {
  return part.ignore_merges === true && model.tokens_to_ids.has(piece);
}

function isMerging(part: Part): boolean {
  return Array.isArray(part.merges);
}

function hasText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
