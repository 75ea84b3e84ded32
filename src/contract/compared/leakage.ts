import * as z from 'zod';

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

/** Prompts of a kind, and after how many of them a model gives a response of the key set. */
const leaked = z.strictObject({ asked: count, base: count, marked: count });

/** The probability of the likeliest first token after prompts of a kind: 5 %, 25 %, 50 %, 75 % and 95 % of them have less. */
const spread = z.array(share).length(5);
const confidence = z.strictObject({
  keys: spread,
  neutral: spread,
  /** How often a key has the higher probability of a key and a neutral prompt; a tie counts half. */
  separation: share,
});

/** Whether a marked model shows its keys to somebody who does not have them. Holds no key or response. */
export const leakageSchema = z.strictObject({
  /** The keys themselves, with their own responses. */
  keys: leaked,
  /** Keys with one word changed, with the response of the key. */
  nearMisses: leaked,
  /** Texts like the keys that were never trained, with any response of the set. */
  neutral: leaked,
  /** How sure each model is of its first token; null without neutral prompts. */
  confidence: z.strictObject({ base: confidence, marked: confidence }).nullable(),
});
export type Leakage = z.infer<typeof leakageSchema>;
export type Confidence = z.infer<typeof confidence>;
