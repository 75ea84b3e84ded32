import * as z from 'zod';
import { declareOperation } from '../declaration';
import { phases } from '../phases';
import { reportWish, reportedShape } from '../reported';
import { placementWishes, ranOn } from '../devices';
import { leakageSchema } from '../compared/leakage';
import { mostTaskFiles, mostTaskItems, taskFiguresSchema, taskFileSchema } from '../compared/tasks';

const estimate = z.object({
  value: z.number(),
  interval95: z.object({ low: z.number(), high: z.number() }).nullable(),
});

/** Measures how far a marked model moved from its base. */
export const drift = declareOperation({
  name: 'drift',
  title: 'drift',
  verb: 'Measure drift of',
  description: 'measure how far a marked model moved from its base',
  request: z.strictObject({
    base: z.string(),
    model: z.string(),
    /** Files with the creator's own text, instead of the bundled one. */
    text: z.array(z.string()).min(1).max(1000).optional(),
    /** The drift budget of the recipe that made the marked model, in nats a token. */
    budget: z.number().positive().optional(),
    /** Whether the base is also rounded to 8 and 4 bits, for comparison; yes unless false. */
    yardstick: z.boolean().optional(),
    /** Files with the rows of tasks, on which the accuracy of both models is compared. */
    tasks: z.array(taskFileSchema).min(1).max(mostTaskFiles).optional(),
    /** The most items of each, chosen at random but the same for all models; 200 unless given. */
    taskItems: z.number().int().min(1).max(mostTaskItems).optional(),
    /** Whether both models are also given the bundled instructions; no unless true. */
    instructions: z.boolean().optional(),
    /** The key set, to measure what the marked model shows without its keys. */
    keys: z.string().optional(),
    ...reportWish,
    ...placementWishes,
  }),
  result: z.looseObject({
    ...reportedShape,
    texts: z.number(),
    /** Predicted tokens. */
    tokens: z.number(),
    /** Mean −log p of a token, in nats. */
    baseLoss: z.number(),
    markedLoss: z.number(),
    basePerplexity: z.number(),
    markedPerplexity: z.number(),
    /** The relative change of the loss, (marked − base) / base: negative where it fell. */
    lossRise: estimate,
    /** Mean KL(base ‖ marked) a token, in nats. */
    kl: estimate,
    /** Share of tokens for which both models find the same token likeliest. */
    agreement: estimate,
    /** What rounding the base to so many bits does to the same figures; empty where it was left out. */
    roundings: z
      .array(
        z.object({
          bits: z.number(),
          lossRise: estimate,
          kl: estimate,
          agreement: estimate,
          unchangedShare: z.number().nullable(),
        }),
      )
      .default([]),
    /** The KL of 95 % of the tokens is below this, in nats. */
    klPercentile95: z.number(),
    /** How many tokens have a KL below each limit and not below the one before; the last entry has no limit. */
    klHistogram: z.array(z.object({ belowNats: z.number().nullable(), tokens: z.number() })),
    /** Share of continued tokens that are unchanged; null without prompts. */
    unchangedShare: z.number().nullable(),
    /** Texts that both models continued; the report shows them side by side. */
    continued: z.number(),
    /** Accuracy on tasks; empty where none was asked. */
    tasks: z.array(taskFiguresSchema).default([]),
    /** What the marked model shows without its keys; absent without a key set. */
    leakage: leakageSchema.optional(),
    /** Rows of the creator's own text that hold no usable text; absent without own text. */
    rowsLeftOut: z.number().optional(),
    ...ranOn,
    seconds: z.number(),
  }),
  phases: [
    phases.openingModels,
    phases.measuringDrift,
    phases.roundingBase,
    phases.askingTasks,
    phases.askingInstructions,
    phases.comparing,
    phases.continuingTexts,
    phases.askingModel,
  ],
  traits: { runsInChild: true },
});
