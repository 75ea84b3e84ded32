import * as z from 'zod';

/** The tasks whose published rows are read. */
export const taskNames = ['hellaswag', 'arc', 'piqa', 'winogrande', 'mmlu', 'lambada', 'blimp'] as const;
export const taskNameSchema = z.enum(taskNames);
export type TaskName = z.infer<typeof taskNameSchema>;

/** What a measurement can be of: a task, or the instructions that come with the program. */
const measuredNameSchema = z.enum([...taskNames, 'instructions']);
export type MeasuredName = z.infer<typeof measuredNameSchema>;

/** A file of rows; without a name the fields of its rows tell which task it is. */
export const taskFileSchema = z.strictObject({ path: z.string(), name: taskNameSchema.optional() });
export type TaskFile = z.infer<typeof taskFileSchema>;

/** The most files of one measurement, and the most items of one file. */
export const mostTaskFiles = 20;
export const mostTaskItems = 10_000;
export const usualTaskItems = 200;

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);

/** What one model did on the items of a task. */
const taskScore = z.strictObject({
  /** Share of items whose right continuation is the likeliest, or the greedy one for a cloze item. */
  acc: share,
  /** The same with every log-likelihood divided by the characters of its continuation; null where nobody reports that. */
  accNorm: share.nullable(),
  /** Of cloze items: e to the mean negative log-likelihood of the last word; null for multiple choice. */
  perplexity: z.number().min(1).nullable(),
});
export type TaskScore = z.infer<typeof taskScore>;

/** One model against the base on the same items. */
const taskComparison = z.strictObject({
  score: taskScore,
  /** Items by who was right. */
  pairs: z.strictObject({ both: count, onlyBase: count, onlyOther: count, neither: count }),
  /** Accuracy less that of the base, by the measure of the task, with Newcombe's interval for pairs. */
  difference: z.strictObject({
    value: z.number().min(-1).max(1),
    interval95: z.strictObject({ low: z.number().min(-1).max(1), high: z.number().min(-1).max(1) }),
  }),
  /** McNemar's exact test, two-sided. */
  p: share,
});
export type TaskComparison = z.infer<typeof taskComparison>;

/** A task, measured on both models with the same items. */
export const taskFiguresSchema = z.strictObject({
  name: measuredNameSchema,
  /** The name of its file. */
  file: z.string().max(20_000),
  items: z.number().int().min(1),
  /** Rows of the file that hold an item; the items were chosen among them. */
  usableRows: count,
  /** Rows without the fields of the task, and chosen items that the models cannot read. */
  rowsLeftOut: count,
  /** The accuracy that the pairs are counted by. */
  measure: z.enum(['acc', 'accNorm']),
  base: taskScore,
  marked: taskComparison,
  /** McNemar's p-value of the marked model, corrected for all tasks of the measurement (Holm). */
  holmP: share,
  /** The smallest difference in accuracy that would have been significant on these items; null where none would. */
  smallestDifference: share.nullable(),
  /** The base rounded to so many bits; absent where the yardstick was left out. */
  rounded: taskComparison.extend({ bits: z.number().int().min(1).max(16) }).optional(),
});
export type TaskFigures = z.infer<typeof taskFiguresSchema>;
