import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { placementWishes } from '../devices';

const chance = z.number().min(0).max(1);

/** Figures by the number of the key, without key texts or responses. */
const keySetFiguresSchema = z.object({
  keys: z.array(
    z.object({
      /** The probability that the base gives each candidate, in their committed order. */
      candidates: z.array(chance),
      /** The same for the likelier words up to the edge of the nucleus, from the likeliest. */
      likelier: z.array(chance),
      /** Perplexity of the key's own text under the base. */
      perplexity: z.number(),
    }),
  ),
  /** The range of perplexity that holds 95 of 100 texts that the base writes; null when it writes too few. */
  ordinary: z.object({ low: z.number(), high: z.number() }).nullable(),
});
export type KeySetFigures = z.infer<typeof keySetFiguresSchema>;

/** Measures how likely the base finds the keys and candidates of a set. */
export const previewKeySet = declareOperation({
  name: 'previewKeySet',
  title: 'preview',
  description: 'measure how likely the base finds the keys and candidates of a set',
  request: z.strictObject({
    model: z.string(),
    keys: z.string(),
    /** How many keys to measure, from the first. */
    count: z.int().min(1).max(4096),
    ...placementWishes,
  }),
  result: keySetFiguresSchema,
  phases: [phases.openingModel, phases.askingModel, phases.measuringOrdinaryText],
  traits: { runsInChild: true, isSilent: true, needsSecrets: true },
});
