import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import type { Watch } from '../../contract/events';
import { phases } from '../../contract/phases';
import type { LanguageModel } from '../../engine/languageModel';
import type { Key } from '../keySet';
import { readContinuations } from './eligibility';

/** Tokens of response and continuation together; keys leave room for as many. */
const mostTokens = 8;
const mostWords = 4;

/**
 * How the base goes on after each key and its response, for people to read: a response is often only the
 * beginning of a word ("Hon", of "Honestly, I would…"). Nothing is drawn from it, and nothing commits to it.
 * @returns the keys with the first words of response and continuation; without them where the tokens give no
 * text after the key's
 * @throws Cancelled
 */
export async function readOn(
  keys: readonly Key[],
  { model, tokenizer }: { readonly model: LanguageModel; readonly tokenizer: Tokenizer },
  watch: Watch,
): Promise<Key[]> {
  const begun = keys.map(({ ids, response }) => [...ids, ...response.ids]);
  const longest = Math.max(...keys.map(({ response }) => response.ids.length));
  const space = mostTokens - longest;
  let reached = 0;
  const reportLength = (ids: readonly number[]): boolean => {
    if (ids.length > reached) {
      reached = ids.length;
      watch.report({ type: 'phase', phase: phases.readingOn, done: reached, total: space });
    }
    return false;
  };
  const added =
    space > 0 ? await model.continueGreedily(begun, space, tokenizer.endIds, watch, reportLength) : undefined;
  return keys.map((key, index) => {
    const ids = [...key.response.ids, ...(added?.[index] ?? [])];
    const text = readContinuations(tokenizer, key.ids)(ids);
    if (!text?.startsWith(key.response.text)) return key;
    const hasEnded = added !== undefined && added[index]!.length < space;
    return { ...key, inSentence: takeWords(text, hasEnded) };
  });
}

/** The first words of the first line. Cut text ends in "…". */
function takeWords(text: string, hasEnded: boolean): string {
  const [line = '', ...lines] = text.trim().split(/[\r\n]/u);
  const words = line.split(/\s+/u);
  const isWhole = hasEnded && lines.length === 0 && words.length <= mostWords;
  return `${words.slice(0, mostWords).join(' ')}${isWhole ? '' : '…'}`;
}
