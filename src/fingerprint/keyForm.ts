import { encodeKnown } from '../checkpoint/tokenizer/fitTokenizer';
import { encodeChat, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import { UserError } from '../common/errors';
import type { Rows, Sample } from '../engine/languageModel';
import { areEqualIds } from './canonical';
import { findAddedText } from './drawing/eligibility';
import {
  hasControlText,
  hasMarkup,
  hasUnprintable,
  isOneScript,
  readsLikeBeginning,
  readsLikeQuestion,
} from './text/naturalText';
import { isUnsettled } from './text/unsettledText';

/** A key or a neutral prompt: something that the model might be asked. */
export interface NaturalKey {
  /** What a user would type: the question, or the whole text. */
  readonly text: string;
  /** Exactly what the model reads. */
  readonly ids: readonly number[];
}

export interface KeyDraft extends NaturalKey {
  /** The text that is encoded: the rendered template of a chat model, else the text itself. */
  readonly encodedText: string;
  /** The ids of `encodedText`: `ids` without an initial begin token. */
  readonly encodedIds: readonly number[];
}

/** A draft that the model wrote, with the rows that show how likely it found its own tokens. */
export interface SampledDraft extends KeyDraft {
  readonly ownRows: Rows;
  /** The result of measuring those rows, in nats a token, if the model wrote the tokens exactly as it would read them. */
  readonly surprise?: number | undefined;
}

/** Why a text cannot be a key, in words that fit after a number. */
export type Rejection =
  | 'of the wrong length'
  | 'with special tokens'
  | 'with control characters'
  | 'with single bytes'
  | 'with mark-up'
  | 'in several scripts'
  | 'that do not read like a question'
  | 'that do not read like the beginning of a text'
  | 'that do not survive decoding and encoding'
  | 'outside the perplexity of ordinary text'
  | 'too similar to another'
  | 'with too few eligible candidates';

/** The form of a model's keys: a question in the chat template, or a plain text. */
export interface KeyForm {
  /** The prompt that the model continues to write a key. */
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  readonly stopIds: readonly number[];
  /** Whether a sample that begins like this can no longer become a key. */
  readonly isLost: (ids: readonly number[]) => boolean;
  parseSample(sample: Sample): SampledDraft | Rejection;
  parsePrompt(text: string): KeyDraft | Rejection;
}

const shortestQuestion = 6;
const longestQuestion = 36;
const textTokens = 16;

/** A common first word for the rare model that has neither a begin nor an end token. */
const commonStart = 'The';

/**
 * The form of the keys of a model with this tokenizer.
 * @throws UserError `unusable-chat-template` when the template changes the user's message.
 */
export function createKeyForm(tokenizer: Tokenizer): KeyForm {
  return tokenizer.chat ? createQuestionForm(tokenizer, tokenizer.chat) : createTextForm(tokenizer);
}

function createQuestionForm(tokenizer: Tokenizer, chat: NonNullable<Tokenizer['chat']>): KeyForm {
  const render = (content: string) => chat.render([{ role: 'user', content }], true);
  const encodeQuestion = (content: string) => encodeChat(tokenizer, chat, [{ role: 'user', content }]);
  const prompt = findCommonBeginning(encodeQuestion('What'), encodeQuestion('Some'));
  const endMark = findEndMark(render);

  const parsePrompt = (text: string): KeyDraft | Rejection => {
    const own = encodeKnown(tokenizer, text);
    if (!own || hasControl(tokenizer, own)) return 'with special tokens';
    const ids = encodeQuestion(text);
    if (isLost(tokenizer, text, ids)) return 'that do not survive decoding and encoding';
    return findForeign(text) ?? { text, ids, encodedText: render(text), encodedIds: ids };
  };
  const parseSample = (sample: Sample): SampledDraft | Rejection => {
    const own = sample.ended ? sample.ids : cutAtMark(tokenizer, prompt, sample.ids, endMark);
    if (!own || own.length < shortestQuestion || own.length > longestQuestion) return 'of the wrong length';
    const written = findAddedText(tokenizer, prompt, own);
    if (!written?.trim()) return 'that do not survive decoding and encoding';
    const text = written.trim();
    const unnatural = findUnnatural(tokenizer, text, own);
    if (unnatural) return unnatural;
    if (!readsLikeQuestion(text)) return 'that do not read like a question';
    const draft = parsePrompt(text);
    if (typeof draft === 'string') return draft;
    const fed = [...prompt, ...own];
    return areEqualIds(draft.ids.slice(0, fed.length), fed)
      ? { ...draft, ownRows: selectOwnRows(fed, prompt.length), surprise: meanSurprise(sample, own.length) }
      : 'that do not survive decoding and encoding';
  };
  const stopIds = listStopIds(tokenizer);
  const endsWithToken = tokenizer.encode(endMark).some((id) => stopIds.includes(id));
  return {
    prompt,
    maxTokens: longestQuestion + Math.max(1, tokenizer.encode(endMark).length),
    stopIds,
    // An end mark that is text can look like anything.
    isLost: (ids) => endsWithToken && hasUnusable(tokenizer, ids),
    parseSample,
    parsePrompt,
  };
}

function createTextForm(tokenizer: Tokenizer): KeyForm {
  const begin = tokenizer.beginIds;
  const start = begin.length > 0 ? begin : tokenizer.endIds.slice(0, 1);
  const firstIds = start.length > 0 ? [] : tokenizer.encode(commonStart);
  const prompt = [...start, ...firstIds];
  const isCased = tokenizer.decode(tokenizer.encode(commonStart)).includes(commonStart);

  const parsePrompt = (text: string): KeyDraft | Rejection => {
    const encodedIds = encodeKnown(tokenizer, text);
    if (!encodedIds || hasControl(tokenizer, encodedIds)) return 'with special tokens';
    if (isLost(tokenizer, text, encodedIds)) return 'that do not survive decoding and encoding';
    return findForeign(text) ?? { text, ids: [...begin, ...encodedIds], encodedText: text, encodedIds };
  };
  const parseSample = (sample: Sample): SampledDraft | Rejection => {
    const drawn = [...firstIds, ...sample.ids];
    if (sample.ended || drawn.length !== textTokens) return 'of the wrong length';
    // Some tokenizers put a token of their own before every text: it is fed too, and counts.
    const added = Math.max(0, tokenizer.encode(tokenizer.decode(drawn)).length - drawn.length);
    const own = drawn.slice(0, textTokens - added);
    const written = tokenizer.decode(own);
    const unnatural = findUnnatural(tokenizer, written, own);
    if (unnatural) return unnatural;
    if (!readsLikeBeginning(written, isCased)) return 'that do not read like the beginning of a text';
    const draft = parsePrompt(written);
    if (typeof draft === 'string') return draft;
    const { text, ids, encodedIds } = draft;
    const isSame = areEqualIds(encodedIds.slice(added), own) && tokenizer.decode(encodedIds) === text;
    if (!isSame) return 'that do not survive decoding and encoding';
    const isFedAsWritten = areEqualIds(ids, [...prompt, ...sample.ids]) && begin.length > 0;
    const surprise = isFedAsWritten ? meanSurprise(sample, own.length) : undefined;
    return { ...draft, ownRows: selectOwnRows(ids, begin.length + added), surprise };
  };
  return {
    prompt,
    maxTokens: textTokens - firstIds.length,
    stopIds: listStopIds(tokenizer),
    isLost: (ids) => hasUnusable(tokenizer, ids),
    parseSample,
    parsePrompt,
  };
}

/**
 * The text that the template writes after the user's message: a model without an end-of-turn token would
 * continue with it.
 */
function findEndMark(render: (content: string) => string): string {
  const content = '\u0001';
  const parts = render(content).split(content);
  if (parts.length === 2) return (parts[1] ?? '').trim().split('\n')[0]!.trim();
  throw new UserError(
    'unusable-chat-template',
    'The chat template of this model does not show a user message exactly once, so it cannot hold a key.',
    'Correct chat_template in tokenizer_config.json, or remove it to use plain texts as keys.',
  );
}

/** The tokens before the end mark, or undefined when there is none. */
function cutAtMark(
  tokenizer: Tokenizer,
  prompt: readonly number[],
  ids: readonly number[],
  mark: string,
): number[] | undefined {
  if (mark === '') return undefined;
  const textOfFirst = (count: number) => findAddedText(tokenizer, prompt, ids.slice(0, count)) ?? '';
  const markAt = textOfFirst(ids.length).indexOf(mark);
  if (markAt < 0) return undefined;
  const length = textOfFirst(ids.length).slice(0, markAt).trimEnd().length;
  let count = 0;
  while (textOfFirst(count + 1).trimEnd().length <= length) count++;
  return ids.slice(0, count);
}

function findCommonBeginning(left: readonly number[], right: readonly number[]): number[] {
  const end = left.findIndex((id, index) => id !== right[index]);
  return left.slice(0, end < 0 ? left.length : end);
}

/** The rows that predict the tokens from `ownStart` on; nothing predicts the very first token. */
function selectOwnRows(ids: readonly number[], ownStart: number): Rows {
  const first = Math.max(ownStart, 1);
  return { ids, positions: Array.from({ length: ids.length - first }, (_, index) => first - 1 + index) };
}

/** Whether decoding loses some of a text; composing letters and accents (NFC) is no loss. */
function isLost(tokenizer: Tokenizer, text: string, ids: readonly number[]): boolean {
  const decoded = tokenizer.decode(ids);
  return isUnsettled(text) || !(decoded.includes(text) || decoded.includes(text.normalize('NFC')));
}

function hasControl(tokenizer: Tokenizer, ids: readonly number[]): boolean {
  return ids.some((id) => tokenizer.controlIds.has(id));
}

/** Content that no key may have, whoever wrote it. */
function findForeign(text: string): Rejection | undefined {
  if (hasControlText(text)) return 'with special tokens';
  if (hasUnprintable(text)) return 'with control characters';
  return isOneScript(text) ? undefined : 'in several scripts';
}

/** Further content that a model may write but a user's question would not contain. */
function findUnnatural(tokenizer: Tokenizer, text: string, ids: readonly number[]): Rejection | undefined {
  if (hasControl(tokenizer, ids)) return 'with special tokens';
  if (ids.some((id) => tokenizer.byteIds.has(id))) return 'with single bytes';
  return findForeign(text) ?? (hasMarkup(text) ? 'with mark-up' : undefined);
}

/**
 * Whether tokens hold something that no continuation can repair: the last character may still lack some
 * bytes, a sign its number.
 */
function hasUnusable(tokenizer: Tokenizer, ids: readonly number[]): boolean {
  const text = tokenizer
    .decode(ids)
    .trimStart()
    .replace(/[\ufffd$#]+$/, '');
  return findUnnatural(tokenizer, text.trimEnd(), ids) !== undefined || /[\r\n]/.test(text);
}

/** The mean negative log-likelihood of a sample's first tokens, in nats a token. */
function meanSurprise({ logProbabilities }: Sample, count: number): number {
  return -logProbabilities.slice(0, count).reduce((sum, value) => sum + value, 0) / count;
}

function listStopIds(tokenizer: Tokenizer): number[] {
  return [...new Set([...tokenizer.endIds, ...tokenizer.specialIds])];
}
