import { cutAtAdded, searchFor, type Section } from './addedTokens';
import { listBeginIds } from './beginTokens';
import { makeDecoder } from './decoder';
import { makePieceEncoder } from './models';
import { makeNormaliser } from './normaliser';
import { makePreTokenizer } from './preTokenizer';
import type { Tokens } from '../specialTokens';
import type { AddedToken, TokenizerJson } from '../tokenizerJson';

/**
 * A tokenizer.json as Hugging Face tokenizers, in Rust, reads it. From its JavaScript form come the models, which
 * cut pieces into tokens, and some decoders; everything before that is done here, because there it differs and
 * has no bounds.
 */
export interface Encoder {
  /** The ids that the file puts before a text. */
  readonly beginIds: readonly number[];
  /** Added tokens in the text are recognised; nothing is put around it. */
  encode(text: string): number[];
  /** Ids without a token decode to nothing. */
  decode(ids: readonly number[]): string;
}

/** @throws Error when a part of the file is not known or incomplete. So do the functions, when a part goes wrong. */
export function createEncoder({ raw }: Pick<TokenizerJson, 'raw'>, { texts, added }: Tokens): Encoder {
  const { model, normalizer, pre_tokenizer, post_processor, decoder } = raw;
  const encodePiece = makePieceEncoder(model);
  const preTokenize = makePreTokenizer(pre_tokenizer);
  const normalise = makeNormaliser(normalizer);
  const inNormalForm = added
    .filter(isNormalised)
    .map((token) => ({ content: normalise?.(token.content) ?? token.content, token }));
  const asTheyAre = added.filter((token) => !isNormalised(token));
  const early = searchFor(asTheyAre.map((token) => ({ content: token.content, token })));
  const late = searchFor(inNormalForm);
  const cut = (text: string): Section[] =>
    cutAtAdded(text, true, early).flatMap((section) =>
      'id' in section
        ? [section]
        : cutAtAdded(normalise?.(section.text) ?? section.text, section.isFirst, late),
    );
  const decodeTokens = makeDecoder(decoder);
  // Hugging Face tokenizers decodes these to their normal form.
  const normalTexts = new Map(inNormalForm.map(({ content, token }) => [token.id, content]));
  return {
    beginIds: listBeginIds(post_processor),
    encode: (text) =>
      cut(text).flatMap((section) =>
        'id' in section
          ? [section.id]
          : preTokenize(section).flatMap((piece) => keepIds(encodePiece(piece.text))),
      ),
    decode: (ids) => decodeTokens(ids.flatMap((id) => normalTexts.get(id) ?? texts.get(id) ?? [])),
  };
}

/** Whether a token is searched for in normal form, in a text that is in normal form. */
function isNormalised({ normalized, special }: AddedToken): boolean {
  return normalized ?? special !== true;
}

/** Characters that have no token when there is no unknown token are dropped. */
function keepIds(ids: readonly (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined);
}
