import { resolve } from 'node:path';
import { DeadlineExceeded } from '../../common/deadline';
import { UserError } from '../../common/errors';
import { runBounded } from './bounded';
import { openChatTemplate, type ChatMessage, type ChatTemplate } from './chatTemplate';
import { isByteName, isControlName } from './controlTokens';
import { createEncoder, type Encoder } from './encoding/encoder';
import { GrowthExceeded } from './encoding/replacing';
import { gatherTokens, type Tokens } from './specialTokens';
import { readEndIds, readTokenizerConfig, type TokenizerConfig } from './tokenizerConfig';
import { readTokenizerJson } from './tokenizerJson';

/** Turns text into token ids and back, as the checkpoint's own files define it. */
export interface Tokenizer {
  /** One more than the highest token id. */
  readonly vocabularySize: number;
  /** The ids that encoding with special tokens puts before a text: usually one begin token, or none. */
  readonly beginIds: readonly number[];
  /** The tokens that end a text or a turn, from generation_config.json, config.json and the tokenizer's own files. */
  readonly endIds: readonly number[];
  /** Every token that is not text: the special ones, and those that begin or end a text. */
  readonly specialIds: ReadonlySet<number>;
  /** Those, and every token whose name looks like one, whatever the file declares: `<unused42>`, `<start_of_image>`. */
  readonly controlIds: ReadonlySet<number>;
  /** Tokens that stand for one byte of a character that has no token: `<0x0A>`. */
  readonly byteIds: ReadonlySet<number>;
  /**
   * Adds no special tokens. Special tokens written in the text are recognised.
   * @throws UserError `unsupported-tokenizer` when a part of the file goes wrong, or takes for ever.
   */
  encode(text: string): number[];
  /**
   * Special tokens are kept and nothing is cleaned up. Llama's tokenizers add a space before every text and
   * remove it here, so a piece decoded alone lacks its leading space. Ids without a token decode to nothing.
   * @throws UserError as encode.
   */
  decode(ids: readonly number[]): string;
  /** Also a template that cannot be used: see its `findProblem`. */
  readonly chat: ChatTemplate | undefined;
}

const saveAgain =
  'Save it again in Python with transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).';
const takeOriginal =
  'No honest tokenizer does that: take tokenizer.json from the model that this one was made from.';
/** For opening a tokenizer, and for one text, to which each of its characters adds. */
const deadlineMs = { opening: 3000, text: 5000, eachCharacter: 0.05 };

/**
 * Loads tokenizer.json, with special tokens, end tokens and chat template from its neighbours.
 * @throws UserError `missing-tokenizer`, `unsupported-tokenizer`, `broken-json`, `unexpected-content`,
 * `too-large` or `not-readable`.
 */
export async function loadTokenizer(dir: string): Promise<Tokenizer> {
  const root = resolve(dir);
  return makeTokenizer(root, await readTokenizerConfig(root), await readEndIds(root));
}

/**
 * Loads tokenizer.json alone: no end tokens, no chat template, and nothing of what its neighbours say.
 * @throws UserError `missing-tokenizer`, `unsupported-tokenizer`, `broken-json`, `unexpected-content`,
 * `too-large` or `not-readable`, all of tokenizer.json.
 */
export function loadBareTokenizer(dir: string): Promise<Tokenizer> {
  const silent = { config: {}, specialMap: {}, addedIds: {}, chatTemplate: undefined };
  return makeTokenizer(resolve(dir), silent, []);
}

async function makeTokenizer(
  root: string,
  files: TokenizerConfig,
  knownEndIds: readonly number[],
): Promise<Tokenizer> {
  const json = await readTokenizerJson(root);
  const tokens = gatherTokens(json, files);
  const encoder = explain(root, deadlineMs.opening, () => {
    const made = createEncoder(json, tokens);
    made.encode('a');
    return made;
  });
  const { chatTemplate } = files;
  return {
    ...listIds(tokens, encoder, knownEndIds),
    encode: (text) => explain(root, limitFor(text.length), () => encoder.encode(text)),
    decode: (ids) => explain(root, limitFor(ids.length), () => encoder.decode(ids)),
    chat: chatTemplate === undefined ? undefined : openChatTemplate(chatTemplate, tokens.named, root),
  };
}

function limitFor(length: number): number {
  return deadlineMs.text + deadlineMs.eachCharacter * length;
}

function listIds(
  { texts, added, named }: Tokens,
  { beginIds }: Encoder,
  knownEndIds: readonly number[],
): Omit<Tokenizer, 'encode' | 'decode' | 'chat'> {
  const endToken = named.get('eos_token');
  const findIds = (isMeant: (text: string) => boolean): number[] =>
    [...texts].flatMap(([id, text]) => (isMeant(text) ? [id] : []));
  const endIds = new Set([
    ...knownEndIds,
    ...(endToken === undefined ? [] : findIds((text) => text === endToken)),
  ]);
  // Also those that are words of their own: no key may hold them.
  const special = added.filter((token) => token.special === true || token.single_word === true);
  const specialIds = [...special.map(({ id }) => id), ...beginIds, ...endIds];
  return {
    vocabularySize: [...texts.keys()].reduce((highest, id) => Math.max(highest, id), -1) + 1,
    beginIds,
    endIds: [...endIds],
    specialIds: new Set(specialIds),
    controlIds: new Set([...specialIds, ...findIds(isControlName)]),
    byteIds: new Set(findIds(isByteName)),
  };
}

/** Runs what a tokenizer.json describes, and says of which folder it was when that goes wrong. */
function explain<T>(root: string, limitMs: number, work: () => T): T {
  try {
    return runBounded(limitMs, work);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isEndless = error instanceof DeadlineExceeded || error instanceof GrowthExceeded;
    throw new UserError(
      'unsupported-tokenizer',
      `The tokenizer.json of ${root} cannot be used: ${why.replace(/[.!]?$/, '.')}`,
      isEndless ? takeOriginal : saveAgain,
      { cause: error },
    );
  }
}

/**
 * A conversation as the model reads it, with the assistant's turn opened. No begin token is added: a template
 * writes its own if the model needs one. `apply_chat_template` of transformers does the same
 * (`add_special_tokens=False`).
 * @throws UserError `chat-template` when the template refuses the conversation.
 */
export function encodeChat(
  tokenizer: Pick<Tokenizer, 'encode'>,
  chat: ChatTemplate,
  messages: readonly ChatMessage[],
): number[] {
  return tokenizer.encode(chat.render(messages, true));
}

/** The ids of a plain text after the begin token. Text from a file may begin with that token already. */
export function withBegin({ beginIds }: Tokenizer, ids: readonly number[]): number[] {
  const begun = beginIds.every((id, i) => ids[i] === id);
  return begun ? [...ids] : [...beginIds, ...ids];
}
