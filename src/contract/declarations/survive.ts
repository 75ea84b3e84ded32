import * as z from 'zod';
import { declareOperation } from '../declaration';
import { placementWishes, ranOn } from '../devices';
import { phases } from '../phases';
import { reportWish, reportedShape, verdictSchema } from '../reported';

/** Makes copies of a marked model as a thief would change it, and asks them: what its mark survives without any training. */
export const survive = declareOperation({
  name: 'survive',
  title: 'survival',
  verb: 'Test survival of',
  description: 'test what the mark of a copy survives: rounding, merging, pruning',
  request: z.strictObject({
    /** The marked copy. It is not changed. */
    model: z.string(),
    keys: z.string(),
    /** The unmarked checkpoint; by default the one that the key set remembers. */
    base: z.string().optional(),
    /** Files with the creator's own text to measure drift on, instead of the bundled one. */
    text: z.array(z.string()).min(1).max(1000).optional(),
    ...reportWish,
    ...placementWishes,
  }),
  result: z.looseObject({
    ...reportedShape,
    rows: z.array(
      z.object({
        /** Null for the copy as it is. */
        attack: z.string().nullable(),
        asked: z.number(),
        answered: z.number(),
        /** Of the draw test against the base; null where nothing could be ranked. */
        drawLog10P: z.number().nullable(),
        /** What a verification would conclude, where the key set comes out of its seed again. */
        verdict: verdictSchema,
        /** Mean KL from the base a token, in nats. */
        kl: z.number(),
        /** Share of tokens for which both find the same token likeliest. */
        agreement: z.number(),
        /** (attacked − base) / base, of the mean −log p of a token. */
        lossRise: z.number(),
      }),
    ),
    digest: z.string(),
    baseDigest: z.string(),
    commitment: z.string(),
    ...ranOn,
    seconds: z.number(),
  }),
  phases: [phases.openingModels, phases.testingSurvival],
  traits: { runsInChild: true, needsSecrets: true },
});
