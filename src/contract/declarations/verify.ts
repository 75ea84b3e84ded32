import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { reportWish, reportedShape, verdictSchema } from '../reported';
import { placementWishes, ranOn } from '../devices';

/** Tests whether a suspect carries a key set. Spends no key: the suspect is asked on this machine. */
export const verify = declareOperation({
  name: 'verify',
  title: 'verify',
  verb: 'Verify',
  description: 'test whether a suspect model carries a key set',
  request: z.strictObject({
    /** The suspect. */
    model: z.string(),
    keys: z.string(),
    base: z.string().optional(),
    /** A marked copy: whether the suspect holds its tensors is seen without asking anything. */
    copy: z.string().optional(),
    /**
     * Whether to draw the key set again from its seed, where that is possible: true, even if it came out on this
     * machine before; false, in no case; by default only if it has not.
     */
    rederive: z.boolean().optional(),
    /** What is known from elsewhere of the commitment to keys that a beacon drew later. */
    registered: z
      .strictObject({ date: z.iso.datetime(), commitments: z.number().int().min(1).max(1_000_000_000) })
      .optional(),
    ...reportWish,
    ...placementWishes,
  }),
  result: z.looseObject({
    ...reportedShape,
    verdict: verdictSchema,
    /** What is known of how the drawn words were chosen. */
    claim: z.enum(['re-derived', 'beacon', 'key-file', 'contradicted']),
    /** log10 of the smallest p-value times the number of tests. */
    log10CorrectedP: z.number(),
    /** The same times the tries that the claimant is granted: a match has to be below the limit with them. */
    log10ClaimedP: z.number(),
    decidedBy: z.string(),
    answers: z.object({ asked: z.number(), hits: z.number(), log10P: z.number() }),
    draws: z.array(
      z.object({
        name: z.string(),
        asked: z.number(),
        firsts: z.number(),
        rankSum: z.number(),
        log10P: z.number(),
      }),
    ),
    digest: z.string(),
    /** The base with which the suspect was compared. */
    baseDigest: z.string().nullable(),
    commitment: z.string(),
    /** What the suspect is, cheapest comparison first, then the tests; results of earlier versions lack these. */
    kinship: z.array(z.object({ step: z.string(), finding: z.string(), sentence: z.string() })).default([]),
    /** Ways to read the suspect's folder, all of them asked; 0 where it cannot be read. */
    readings: z.number().default(1),
    /** In which points they differ. */
    conflicts: z.array(z.string()).default([]),
    /** What else in the folder can be another model. */
    further: z.array(z.string()).default([]),
    /** Where nothing was found: what would have been seen. */
    power: z.array(z.string()).default([]),
    ...ranOn,
    seconds: z.number(),
  }),
  phases: [
    phases.openingModels,
    phases.askingBase,
    phases.askingSuspect,
    phases.askingSuspectByText,
    phases.measuringOrdinaryText,
    phases.drawingKeys,
    phases.drawingNeutralPrompts,
  ],
  traits: { runsInChild: true, needsSecrets: true },
});
