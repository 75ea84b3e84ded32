import { encodeChat, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { Rows } from '../engine/languageModel';
import { areEqualIds } from './canonical';
import { createKeyForm, type NaturalKey } from './keyForm';

/**
 * Finds, for any stored key, the rows that predict what a user would type: without begin tokens and without
 * the text that a chat template puts around it.
 * @throws UserError `unusable-chat-template`.
 */
export function createOwnRowsFinder(tokenizer: Tokenizer): (key: NaturalKey) => Rows {
  const { chat } = tokenizer;
  const start = chat ? createKeyForm(tokenizer).prompt : tokenizer.beginIds;
  const tailLength = chat ? countTail(tokenizer, chat) : 0;
  return ({ ids }) => {
    const isRendered = areEqualIds(ids.slice(0, start.length), start);
    const begin = isRendered ? start.length : 0;
    // Some tokenizers put an empty token of their own before every text: it says nothing about the text.
    const empty = chat ? 0 : ids.slice(begin).findIndex((id) => tokenizer.decode([id]) !== '');
    const first = Math.max(begin + Math.max(empty, 0), 1);
    const end = Math.max(first, ids.length - tailLength);
    return { ids, positions: Array.from({ length: end - first }, (_, index) => first - 1 + index) };
  };
}

/** Tokens that a template writes after the user's message. */
function countTail(tokenizer: Tokenizer, chat: NonNullable<Tokenizer['chat']>): number {
  const [left, right] = ['What', 'Some'].map((content) =>
    encodeChat(tokenizer, chat, [{ role: 'user', content }]).reverse(),
  );
  const end = left!.findIndex((id, index) => id !== right![index]);
  return end < 0 ? 0 : end;
}
