import * as z from 'zod';
import { declareOperation } from '../declaration';
import { placementWishes, ranOn } from '../devices';
import { phases } from '../phases';
import { reportWish, reportedShape, verdictSchema } from '../reported';

/** Does to a marked copy what a thief would, attack by attack, and says what its mark survives and what each attack costs. */
export const rehearse = declareOperation({
  name: 'rehearse',
  title: 'rehearsal',
  verb: 'Rehearse',
  description: 'test what the mark of a copy survives: rounding, merging, pruning, evasive hosts',
  request: z.strictObject({
    /** The marked copy. It is not changed. */
    model: z.string(),
    keys: z.string(),
    /** The unmarked checkpoint; by default the one that the key set remembers. */
    base: z.string().optional(),
    /** `short` (the default), `all`, or attacks such as `merge-linear:0.5` with commas between them. */
    attacks: z.string().max(2000).optional(),
    /** A fine-tune of the base, to merge the copy with; by default the base itself. */
    with: z.string().optional(),
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
        /** Where a host draws its words, the number expected. */
        answered: z.number(),
        /** Of the draw test against the base; null where nothing could be ranked. */
        drawLog10P: z.number().nullable(),
        /** What a verification would conclude, where the key set comes out of its seed again. */
        verdict: verdictSchema,
        /** Mean KL from the base a token, in nats; null where the weights stay as they are. */
        kl: z.number().nullable(),
        /** Share of tokens for which both find the same token likeliest; null as `kl`. */
        agreement: z.number().nullable(),
        /** (attacked − base) / base, of the mean −log p of a token; null as `kl`. */
        lossRise: z.number().nullable(),
        /** (attacked − marked) / marked, of the same; null as `kl`. */
        cost: z.number().nullable(),
        /** Share of ordinary answers whose first word changes; null where the weights are changed, or what is asked, and where words are drawn. */
        changedAnswers: z.number().nullable(),
      }),
    ),
    /** Null where the attacks were chosen one by one. */
    grade: z.string().nullable(),
    digest: z.string(),
    baseDigest: z.string(),
    commitment: z.string(),
    /** What binds the figures together, in hexadecimal. */
    certificate: z.string(),
    ...ranOn,
    seconds: z.number(),
  }),
  phases: [phases.openingModels, phases.rehearsing],
  traits: { runsInChild: true, needsSecrets: true },
});
