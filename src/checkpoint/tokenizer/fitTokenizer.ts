import { UserError } from '../../common/errors';
import { formatCount } from '../../words/numbers';
import { quoteName } from '../weights/safetensors';
import type { Tokenizer } from './tokenizer';

/** Ids beyond the embedding that are looked at for a token to name. */
const mostLookedAt = 1000;
const mostNamed = 3;
const excerptCharacters = 60;

/** A tokenizer as a model can use it, and a sentence where the model knows fewer tokens than it. */
interface Fitted {
  readonly tokenizer: Tokenizer;
  readonly warnings: readonly string[];
}

/**
 * Cuts a tokenizer at a model's embedding matrix. A larger matrix is padded, which is fine. Some published
 * models have a few tokens more than embeddings, for pictures or padding; they run as long as no text contains
 * one.
 * @param embeddings rows of the matrix. `dir` says in errors whose tokenizer it is.
 * @returns a tokenizer whose `encode` throws UserError `tokenizer-mismatch` for a text with such a token.
 * @throws UserError `tokenizer-mismatch` when every text begins with one.
 */
export function fitTokenizer(tokenizer: Tokenizer, embeddings: number, dir: string): Fitted {
  const { vocabularySize } = tokenizer;
  const isKnown = (id: number): boolean => id < embeddings;
  const endIds = tokenizer.endIds.filter(isKnown);
  const strayEnds = tokenizer.endIds.filter((id) => !isKnown(id) && id >= vocabularySize);
  const lost = strayEnds.length === 0 ? [] : [warnOfEnds(strayEnds, dir)];
  if (vocabularySize <= embeddings) return { tokenizer: { ...tokenizer, endIds }, warnings: lost };

  const refuse = (id: number, what: string): never => {
    throw new UserError(
      'tokenizer-mismatch',
      `${what} the token ${nameToken(tokenizer, id)}, but the weights hold only ${formatCount(embeddings)} embeddings, for ids below that.`,
      'Leave that token out of the text. If the tokenizer belongs to another model, take tokenizer.json and the weight files from the same release.',
    );
  };
  const firstBegin = tokenizer.beginIds.find((id) => !isKnown(id));
  if (firstBegin !== undefined) refuse(firstBegin, `With the tokenizer of ${dir} every text begins with`);
  return {
    tokenizer: {
      ...tokenizer,
      vocabularySize: embeddings,
      endIds,
      encode(text) {
        const ids = tokenizer.encode(text);
        const unknown = ids.find((id) => !isKnown(id));
        if (unknown !== undefined) refuse(unknown, `The text ${quoteExcerpt(text)} contains`);
        return ids;
      },
    },
    warnings: [warnOfTokens(tokenizer, embeddings, dir), ...lost],
  };
}

/** The ids of a text; undefined where it contains a token for which a fitted tokenizer's model has no embedding. */
export function encodeKnown(tokenizer: Pick<Tokenizer, 'encode'>, text: string): number[] | undefined {
  try {
    return tokenizer.encode(text);
  } catch (error) {
    if (error instanceof UserError && error.reason === 'tokenizer-mismatch') return undefined;
    throw error;
  }
}

function warnOfTokens(tokenizer: Tokenizer, embeddings: number, dir: string): string {
  const last = tokenizer.vocabularySize - 1;
  const lookedAt = Math.min(last, embeddings + mostLookedAt);
  const ids = Array.from({ length: lookedAt - embeddings }, (_, i) => embeddings + i)
    .filter((id) => tokenizer.decode([id]) !== '')
    .slice(0, mostNamed);
  const named = [...ids, last].map((id) => nameToken(tokenizer, id));
  const isAll = last - embeddings === ids.length;
  const list = isAll
    ? joinNames(named)
    : `${named.slice(0, -1).join(', ')}${ids.length > 0 ? ' … ' : ''}${named.at(-1)!}`;
  return `The tokenizer of ${dir} has ${named.length === 1 ? 'a token' : 'tokens'} for which the model has no embedding: ${list}. A text that contains ${named.length === 1 ? 'it' : 'one of them'} is refused.`;
}

function warnOfEnds(ids: readonly number[], dir: string): string {
  return `The configs in ${dir} name end tokens that the model does not have (${ids.join(', ')}): they are ignored.`;
}

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

function nameToken(tokenizer: Tokenizer, id: number): string {
  return `${quoteName(tokenizer.decode([id]))} (id ${id})`;
}

function quoteExcerpt(text: string): string {
  return JSON.stringify(text.length > excerptCharacters ? `${text.slice(0, excerptCharacters)}…` : text);
}
