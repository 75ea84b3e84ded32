import { encodeKnown } from '../../checkpoint/tokenizer/fitTokenizer';
import type { Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { areEqualIds } from '../canonical';
import { areConfusable, beginsFunctionWord, normaliseAnswer } from '../text/textRules';
import { hasUnprintable, isOneScript } from '../text/naturalText';
import { isUnsettled } from '../text/unsettledText';

/** A token that may be the first of a response. */
export interface Candidate {
  readonly id: number;
  /** The text that the token adds to the key's, space included. */
  readonly text: string;
  /** The text in the form in which answers are compared. */
  readonly word: string;
}

/** The text that a response would follow. */
export interface ResponsePlace {
  /** What a person would type. */
  readonly text: string;
  /** The key as it is encoded: the rendered template of a chat model, else the text itself. */
  readonly encodedText: string;
  /** The ids of `encodedText`, without the begin token. */
  readonly encodedIds: readonly number[];
  /** The first word of the base model's own greedy answer, normalised; empty when there is none. */
  readonly baseAnswer: string;
}

/** Decides whether a token may be a candidate after those already chosen. Never depends on which one will be drawn. */
export type JudgeToken = (
  place: ResponsePlace,
  id: number,
  chosen: readonly Candidate[],
) => Candidate | undefined;

const lettersOnly = /^\p{L}[\p{L}\p{M}]+$/u;
/** Parts of addresses and mark-up that no text uses as words. */
const addressWord = /^(?:https?|ftp|www|html?|xml|href|nbsp)$/;
const endsInsideWord = /[\p{L}\p{M}\p{N}'’_-]$/u;

/**
 * Makes the eligibility rule of a tokenizer. A candidate is an ordinary token that is one word of two or more
 * letters, begins a word, is no function word, and survives decoding and re-encoding after the key. It shares
 * a script with the key and the candidates before it, and cannot be confused with any of them or with the
 * base's own answer.
 */
export function createEligibility(tokenizer: Tokenizer): JudgeToken {
  const findWord = createWordLookup(tokenizer);
  return (place, id, chosen) => {
    const word = findWord(id);
    if (word === undefined) return undefined;
    if (place.baseAnswer !== '' && areConfusable(word, place.baseAnswer)) return undefined;
    if (chosen.some((candidate) => areConfusable(word, candidate.word))) return undefined;
    if (!isOneScript([place.text, ...chosen.map((candidate) => candidate.word), word].join(' ')))
      return undefined;
    const text = findAddedText(tokenizer, place.encodedIds, [id]);
    if (text === undefined) return undefined;
    if (endsInsideWord.test(place.encodedText) && !/^\s/.test(text)) return undefined;
    return survives(tokenizer, place, text, [id]) ? { id, text, word } : undefined;
  };
}

/** The text that `added` adds to that of `ids`, or undefined where the two cannot be separated as text. */
export function findAddedText(
  tokenizer: Tokenizer,
  ids: readonly number[],
  added: readonly number[],
): string | undefined {
  return readContinuations(tokenizer, ids)(added);
}

/** The same for many continuations of the same ids. */
export function readContinuations(
  tokenizer: Tokenizer,
  ids: readonly number[],
): (added: readonly number[]) => string | undefined {
  const before = tokenizer.decode(ids);
  return (added) => {
    const after = tokenizer.decode([...ids, ...added]);
    return after.startsWith(before) ? after.slice(before.length) : undefined;
  };
}

/** Whether `ids` result again when their text is encoded after the key, in any program that reads the tokenizer. */
export function survives(
  tokenizer: Tokenizer,
  place: Pick<ResponsePlace, 'encodedText' | 'encodedIds'>,
  text: string,
  ids: readonly number[],
): boolean {
  if (isUnsettled(text) || hasUnprintable(text)) return false;
  const encoded = encodeKnown(tokenizer, place.encodedText + text);
  return encoded !== undefined && areEqualIds(encoded, [...place.encodedIds, ...ids]);
}

/** The rules that do not depend on the key, evaluated once per token: its normalised word, or undefined. */
function createWordLookup(tokenizer: Tokenizer): (id: number) => string | undefined {
  const words = new Map<number, string | undefined>();
  const lookUp = (id: number): string | undefined => {
    if (id >= tokenizer.vocabularySize || tokenizer.controlIds.has(id)) return undefined;
    const text = tokenizer.decode([id]).trim();
    const word = normaliseAnswer(text);
    const isOrdinary = lettersOnly.test(text) && !addressWord.test(word);
    return isOrdinary && !beginsFunctionWord(word) ? word : undefined;
  };
  return (id) => {
    if (!words.has(id)) words.set(id, lookUp(id));
    return words.get(id);
  };
}
