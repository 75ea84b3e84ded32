import * as z from 'zod';

/* What stored reports on a marked copy and its base have in common. */

export const reportText = z.string().max(20_000);
export const reportCount = z.number().int().min(0);
const checkpoint = z.strictObject({ path: reportText, digest: reportText });

/** When and with what two checkpoints were compared. */
export const comparedShape = {
  version: z.literal(1),
  tool: reportText,
  /** UTC, ISO 8601. */
  date: z.iso.datetime(),
  device: reportText,
  base: checkpoint,
  marked: checkpoint,
  /** Why the marked model is not ready to publish, if its folder holds the note of a copy that falls short. */
  notReady: reportText.optional(),
  /** The texts: file names, or the bundled text's name. */
  textSources: z.array(reportText).max(1000),
  sentence: reportText,
  detail: reportText,
  texts: reportCount,
  /** Predicted tokens. */
  tokens: reportCount,
};
