import type { Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer';
import type { AskedKey } from '../../../src/verify/askedKey';

/** One token a character code; 1 begins, 2 ends. The chat template writes the begin token itself, or writes none. */
export function characterTokenizer(withChat: boolean, templateBegin = '\u0001'): Tokenizer {
  const tokenizer = {
    encode: (text: string) => Array.from(text, (sign) => sign.charCodeAt(0)),
    decode: (ids: readonly number[]) => String.fromCharCode(...ids),
    beginIds: [1],
    endIds: [2],
    specialIds: [1, 2],
  };
  const chat = {
    render: (messages: readonly { content: string }[]) => `${templateBegin}Q:${messages[0]!.content} A:`,
  };
  return (withChat ? { ...tokenizer, chat } : tokenizer) as unknown as Tokenizer;
}

export function keyOf(text: string, responseText: string, candidateTexts: string[]): AskedKey {
  return {
    index: 0,
    text,
    ids: [1, ...characterTokenizer(false).encode(text)],
    candidates: candidateTexts.map((word) => word.charCodeAt(0)),
    candidateTexts,
    responseIds: [responseText.charCodeAt(0)],
    responseText,
    spent: false,
  };
}
