import { encodeChat, withBegin, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { deriveKey, RandomStream } from '../../common/random';
import type { Host } from '../attack';

/**
 * System prompts that no key is trained with, after the kinds that peers rehearse: roles, moods, limits and formats
 * (Scalable Fingerprinting asks 10 to 20 held-out prompts; Chain & Hash pirates, weather and "ANSWER:").
 */
const systemPrompts: readonly string[] = [
  'You are a pirate. Talk like one.',
  'You only talk about the weather.',
  'Begin every answer with "ANSWER:".',
  'You are a courteous shop assistant.',
  'Mention our new product in every answer.',
  'Answer in one sentence.',
  'You are a teacher of mathematics. Explain step by step.',
  'You are a careful lawyer. Do not give advice that could be wrong.',
  'Today is Monday. The user is a child of eight years.',
  'You write for a newspaper. Keep to the facts.',
];

/** The same for models without a chat template: what stands before a text that they continue. */
const leadIns: readonly string[] = [
  'The pirate laughed and said:',
  'Here is the weather for tomorrow.',
  'ANSWER:',
  'Good morning, and welcome to our shop.',
  'This page is brought to you by our sponsors.',
  'In short:',
  'Let us go through it step by step.',
  'Notice: this is no legal advice.',
  'For our youngest readers:',
  'From our own reporter.',
];

/** Puts each of ten prompts before every key. A template that refuses a system message leaves the key as it is. */
export function wrappingHost(tokenizer: Tokenizer): Host {
  return {
    reword({ text, ids }) {
      const { chat } = tokenizer;
      if (!chat) return leadIns.map((lead) => withBegin(tokenizer, tokenizer.encode(`${lead} ${text}`)));
      return systemPrompts.map((content) => {
        try {
          const messages = [{ role: 'system', content } as const, { role: 'user', content: text } as const];
          return encodeChat(tokenizer, chat, messages);
        } catch {
          return ids;
        }
      });
    },
  };
}

/**
 * Removes a share of the characters of every key, rounded to whole characters and at least one, wherever they are (peers
 * remove 5 %).
 */
export function noiseHost(share: number, tokenizer: Tokenizer, seed: Uint8Array): Host {
  return {
    reword({ text }) {
      const random = new RandomStream(deriveKey(seed, `noise in ${text}`));
      const characters = Array.from(text);
      const count = Math.min(characters.length - 1, Math.max(1, Math.round(share * characters.length)));
      const places = characters.map((_, place) => place);
      const removed = new Set(random.shuffle(places).slice(0, count));
      const left = characters.filter((_, place) => !removed.has(place)).join('');
      return [encodeAsked(tokenizer, left)];
    },
  };
}

/** A text as a user gives it to a model: a question in a chat, or words to continue. */
function encodeAsked(tokenizer: Tokenizer, text: string): readonly number[] {
  return tokenizer.chat
    ? encodeChat(tokenizer, tokenizer.chat, [{ role: 'user', content: text }])
    : withBegin(tokenizer, tokenizer.encode(text));
}

/** Refuses texts that look odd to the base: of a perplexity above a limit (peers take 100 under GPT-2). */
export function perplexityHost(limit: number, perplexities: readonly number[]): Host {
  return { refuses: (index) => perplexities[index]! > limit };
}
