import * as z from 'zod';

const chance = z.number().min(0).max(1);

/** What a preview tells, as a journal carries it: figures by the number of the key, no key text and no response. */
export const keySetFiguresSchema = z.object({
  keys: z.array(
    z.object({
      /** Chance that the base gives each candidate, in their committed order. */
      candidates: z.array(chance),
      /** The same of the likelier words, up to the edge of the nucleus, the likeliest first. */
      likelier: z.array(chance),
      /** Perplexity of the key's own text under the base. */
      perplexity: z.number(),
    }),
  ),
  /** Perplexities between which 95 of 100 texts lie that the base writes itself; null when it writes too few. */
  ordinary: z.object({ low: z.number(), high: z.number() }).nullable(),
});
export type KeySetFigures = z.infer<typeof keySetFiguresSchema>;
