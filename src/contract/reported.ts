import * as z from 'zod';

/** The verdicts on a suspect, in words. */
export const verdictSchema = z.enum([
  'match',
  'agrees with this key file',
  'no evidence',
  'undetermined',
  'refused',
]);
export type VerdictWords = z.infer<typeof verdictSchema>;

/** What may be wished of an operation that ends in a report. */
export const reportWish = {
  /** The folder for the report. */
  report: z.string().optional(),
};

/** What such an operation tells. */
export const reportedShape = {
  sentence: z.string(),
  lines: z.array(z.string()),
  /** The files of the report, when one was requested. */
  report: z.array(z.string()).optional(),
};
