import { Tokenizer as Library } from '@huggingface/tokenizers';
import { correctPreTokenizer } from './corrections';
import { createFallbackDecoder } from './decoder';
import type { TokenizerConfig, TokenizerJson } from './tokenizerFiles';
import { separateStripping } from './stripping';

/** The library, corrected where it reads a tokenizer.json differently from Hugging Face tokenizers. */
export interface Encoder {
  /** @param addSpecial whether to add the begin token, and whatever else the file asks for, around the text's ids. */
  encode(text: string, addSpecial: boolean): number[];
  /** Ids without a token decode to nothing. */
  decode(ids: readonly number[]): string;
}

/** @throws Error when the library does not know a part of the file. */
export function createEncoder({ raw, tokens, added }: TokenizerJson, config: TokenizerConfig): Encoder {
  const stripping = separateStripping(added, raw.normalizer !== null);
  const library = new Library(
    {
      ...raw,
      added_tokens: stripping.added,
      pre_tokenizer: correctPreTokenizer(raw.pre_tokenizer),
    },
    config.raw,
  );
  const decodeTokens = createFallbackDecoder(raw.decoder);
  return {
    encode: (text, addSpecial) =>
      keepIds(library.encode(stripping.strip(text), { add_special_tokens: addSpecial }).ids),
    decode: (ids) => {
      const known = ids.filter((id) => tokens.has(id));
      if (known.length === 0) return '';
      if (decodeTokens) return decodeTokens(known.map((id) => tokens.get(id)!));
      return library.decode(known, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    },
  };
}

/** The library returns undefined for a character that has no token when there is no unknown token. */
function keepIds(ids: readonly (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined);
}
