import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { placementWishes, ranOn } from '../devices';

/** Tests whether a suspect carries a key set. Spends no key: the suspect is asked on this machine. */
export const verify = declareOperation({
  name: 'verify',
  title: 'verify',
  description: 'test whether a suspect model carries a key set',
  request: z.strictObject({
    /** The suspect. */
    model: z.string(),
    keys: z.string(),
    base: z.string().optional(),
    /** Whether to draw the key set again from its seed, where that is possible; true by default. */
    rederive: z.boolean().optional(),
    /** The folder for the report. */
    report: z.string().optional(),
    ...placementWishes,
  }),
  result: z.looseObject({
    sentence: z.string(),
    lines: z.array(z.string()),
    /** The files of the report, when one was requested. */
    report: z.array(z.string()).optional(),
    verdict: z.enum(['match', 'agrees with this key file', 'no evidence', 'undetermined', 'refused']),
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
