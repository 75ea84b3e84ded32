import * as z from 'zod';
import { probeFindingsSchema } from '../embed/findings';
import { shortfallsSchema } from '../embed/shortfall';

/** JSON has no number for a measurement that gave none: it says null. */
const measuredSchema = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

/** How an embedding ended, as its journal holds it; a run of an older version says nothing of the rest. */
export const embedOutcomeSchema = z.looseObject({
  shortfalls: shortfallsSchema.default([]),
  keyCount: z.int().min(1).optional(),
  advice: z.string().max(4000).optional(),
  probe: probeFindingsSchema.optional().catch(undefined),
});

/** What was measured on the written copy, as the journal holds it. */
export const embedFiguresSchema = z.looseObject({
  recall: measuredSchema,
  wrappedRecall: measuredSchema,
  drift: z.looseObject({ lossRise: measuredSchema, kl: measuredSchema }),
});
