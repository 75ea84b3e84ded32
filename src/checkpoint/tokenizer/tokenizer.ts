import { resolve } from 'node:path';
import { UserError } from '../../common/errors';
import { parseChatTemplate, type ChatMessage, type ChatTemplate } from './chatTemplate';
import { isByteName, isControlName } from './controlTokens';
import { createEncoder, type Encoder } from './encoder';
import { readEndIds } from './endIds';
import {
  readTokenizerConfig,
  readTokenizerJson,
  type TokenizerConfig,
  type TokenizerJson,
} from './tokenizerFiles';

/** Turns text into token ids and back, as the checkpoint's own files define it. */
export interface Tokenizer {
  /** One more than the highest token id. */
  readonly vocabularySize: number;
  /** The ids that encoding with special tokens puts before a text: usually one begin token, or none. */
  readonly beginIds: readonly number[];
  /** The tokens that end a text or a turn, from generation_config.json, config.json and tokenizer_config.json. */
  readonly endIds: readonly number[];
  /** Every token that is not text: the special ones, and those that begin or end a text. */
  readonly specialIds: ReadonlySet<number>;
  /** Those, and every token whose name looks like one, whatever the file declares: `<unused42>`, `<start_of_image>`. */
  readonly controlIds: ReadonlySet<number>;
  /** Tokens that stand for one byte of a character that has no token: `<0x0A>`. */
  readonly byteIds: ReadonlySet<number>;
  /** Adds no special tokens. Special tokens written in the text are recognised. */
  encode(text: string): number[];
  /**
   * Special tokens are kept and nothing is cleaned up. Llama's tokenizers add a space before every text and
   * remove it here, so a piece decoded alone lacks its leading space. Ids without a token decode to nothing.
   */
  decode(ids: readonly number[]): string;
  readonly chat: ChatTemplate | undefined;
}

/**
 * Loads tokenizer.json, with end tokens and chat template from its neighbours.
 * @throws UserError `missing-tokenizer`, `unsupported-tokenizer`, `chat-template`, `broken-json`,
 * `unexpected-content`, `too-large` or `not-readable`.
 */
export async function loadTokenizer(dir: string): Promise<Tokenizer> {
  const root = resolve(dir);
  const json = await readTokenizerJson(root);
  const config = await readTokenizerConfig(root);
  const encoder = makeEncoder(json, config, root);
  const beginIds = findBeginIds(encoder);
  const endIds = await findEndIds(root, json, config);
  const specialIds = [...json.specialIds, ...beginIds, ...endIds];
  const findIds = (isMeant: (name: string) => boolean): number[] =>
    [...json.tokens].flatMap(([id, name]) => (isMeant(name) ? [id] : []));
  return {
    vocabularySize: [...json.tokens.keys()].reduce((highest, id) => Math.max(highest, id), -1) + 1,
    beginIds,
    endIds,
    specialIds: new Set(specialIds),
    controlIds: new Set([...specialIds, ...findIds(isControlName)]),
    byteIds: new Set(findIds(isByteName)),
    encode: (text) => encoder.encode(text, false),
    decode: (ids) => encoder.decode(ids),
    chat:
      config.chatTemplate === undefined
        ? undefined
        : parseChatTemplate(config.chatTemplate, { begin: config.beginToken, end: config.endToken }, root),
  };
}

function makeEncoder(json: TokenizerJson, config: TokenizerConfig, root: string): Encoder {
  try {
    const encoder = createEncoder(json, config);
    encoder.encode('a', true);
    return encoder;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'unsupported-tokenizer',
      `The tokenizer.json of ${root} cannot be used: ${why.replace(/[.!]?$/, '.')}`,
      'Save it again in Python with transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).',
      { cause: error },
    );
  }
}

/** The ids that special tokens add before a text's own; any that they add after it are left out. */
function findBeginIds(encoder: Encoder): number[] {
  const text = 'a';
  const plain = encoder.encode(text, false);
  const full = encoder.encode(text, true);
  for (let start = 0; start + plain.length <= full.length; start++)
    if (plain.every((id, index) => full[start + index] === id)) return full.slice(0, start);
  return [];
}

async function findEndIds(root: string, json: TokenizerJson, config: TokenizerConfig): Promise<number[]> {
  const ids = new Set((await readEndIds(root)).ids);
  if (config.endToken !== undefined)
    for (const [id, text] of json.tokens) if (text === config.endToken) ids.add(id);
  return [...ids];
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
