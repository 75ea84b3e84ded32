import * as z from 'zod';
import { leakageSchema } from '../contract/compared/leakage';
import { mostTaskFiles, taskFiguresSchema } from '../contract/compared/tasks';
import { comparedShape, reportCount, reportText } from '../contract/storedReport';

const nats = z.number().min(0);
const interval95 = z.strictObject({ low: z.number(), high: z.number() }).nullable();
const estimate = z.strictObject({ value: z.number(), interval95 });

const rounding = z.strictObject({
  /** Bits of a rounded value, in blocks of 32 with one scale each. */
  bits: z.number().int().min(1).max(16),
  lossRise: estimate,
  kl: estimate,
  agreement: estimate,
  unchangedShare: z.number().min(0).max(1).nullable(),
});

/** The stored report of one measurement: `NAME.drift.fpreport.json`. Losses and KL are in nats a token. */
export const driftReportSchema = z.strictObject({
  format: z.literal('fingerprint-model/drift-report'),
  ...comparedShape,
  /** The drift budget of the recipe that made the marked model; absent where it is not known. */
  budget: z.number().positive().optional(),
  baseLoss: nats,
  markedLoss: nats,
  basePerplexity: z.number().min(1),
  markedPerplexity: z.number().min(1),
  /** The relative change of the loss, (marked − base) / base: negative where it fell. */
  lossRise: estimate,
  kl: estimate,
  klPercentile95: nats,
  agreement: estimate,
  /** What rounding the base's own matrices does to the same figures on the same texts; absent where it was left out. */
  roundings: z.array(rounding).max(4).optional(),
  klHistogram: z.array(z.strictObject({ belowNats: nats.nullable(), tokens: reportCount })).max(100),
  unchangedShare: z.number().min(0).max(1).nullable(),
  continuations: z
    .array(
      z.strictObject({
        /** What the prompt is: a user's message, or the beginning of a text. Absent in reports of version 0.1.0. */
        role: z.enum(['user', 'beginning']).optional(),
        prompt: reportText,
        base: reportText,
        marked: reportText,
        /** Whether a continuation ended at the limit of tokens instead of by itself. */
        isBaseCut: z.boolean().optional(),
        isMarkedCut: z.boolean().optional(),
        sameTokens: reportCount,
        tokens: reportCount,
      }),
    )
    .max(1000),
  /** Accuracy on tasks; absent where none was asked, and in reports of earlier versions. */
  tasks: z.array(taskFiguresSchema).max(mostTaskFiles).optional(),
  /** What the marked model shows without its keys; absent where no key set was given. */
  leakage: leakageSchema.optional(),
  limits: z.array(reportText).max(20),
});

export type DriftReport = z.infer<typeof driftReportSchema>;
