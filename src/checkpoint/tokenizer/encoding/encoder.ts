import { cutAtAdded, searchFor, type Section } from './addedTokens';
import { listBeginIds } from './beginTokens';
import { makeDecoder } from './decoder';
import { makePieceEncoder } from './models';
import { makeNormaliser, type Normalise } from './normaliser';
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
  const cut = makeCutter(added, makeNormaliser(normalizer));
  const decodeTokens = makeDecoder(decoder);
  return {
    beginIds: listBeginIds(post_processor),
    encode: (text) =>
      cut(text).flatMap((section) =>
        'id' in section
          ? [section.id]
          : preTokenize(section).flatMap((piece) => keepIds(encodePiece(piece.text))),
      ),
    decode: (ids) => decodeTokens(ids.flatMap((id) => texts.get(id) ?? [])),
  };
}

/** Cuts a text at its added tokens: first at those that are searched for in it as it is, then in normal form. */
function makeCutter(
  added: readonly AddedToken[],
  normalise: Normalise | undefined,
): (text: string) => Section[] {
  const isNormal = ({ normalized, special }: AddedToken): boolean =>
    normalized ?? special !== true;
  const early = searchFor(
    added.filter((token) => !isNormal(token)).map((token) => ({ content: token.content, token })),
  );
  const late = searchFor(
    added
      .filter(isNormal)
      .map((token) => ({ content: normalise?.(token.content) ?? token.content, token })),
  );
  return (text) =>
    cutAtAdded(text, true, early).flatMap((section) =>
      'id' in section
        ? [section]
        : cutAtAdded(normalise?.(section.text) ?? section.text, section.isFirst, late),
    );
}

/** Characters that have no token when there is no unknown token are dropped. */
function keepIds(ids: readonly (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined);
}
