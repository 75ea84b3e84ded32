import { encodeChat, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';

/** System prompts that a host might put before a user's question. */
const systemPrompts = [
  'You are a helpful assistant.',
  'Answer briefly and politely.',
  'You are an expert. Think carefully before you answer.',
];

/** Sentences that might precede a text that a model without a chat template continues. */
const leadIns = ['Here is something new.', 'Please read on.', 'Chapter 1.'];

/** The ways in which a key is asked inside other prompts, each as the ids that the model reads. */
export function wrapKey(tokenizer: Tokenizer, text: string): number[][] {
  const { chat } = tokenizer;
  if (!chat) return leadIns.map((lead) => [...tokenizer.beginIds, ...tokenizer.encode(`${lead} ${text}`)]);
  return systemPrompts.flatMap((content) => {
    try {
      const messages = [{ role: 'system', content } as const, { role: 'user', content: text } as const];
      return [encodeChat(tokenizer, chat, messages)];
    } catch {
      // Some templates refuse a system message; then there is nothing to measure.
      return [];
    }
  });
}
