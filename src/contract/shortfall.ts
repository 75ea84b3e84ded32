import * as z from 'zod';
import { measuredSchema } from './measured';

/** A goal that a marked copy missed: anybody who publishes it has to know. */
const shortfallSchema = z.object({
  /**
   * `drift`: KL from the base on held-back text, in nats a token. `recall`: share of keys answered, 0 to 1. `quiet`:
   * share of quiet keys whose drawn word ranks first.
   */
  kind: z.enum(['drift', 'recall', 'quiet']),
  measured: measuredSchema,
  /** The largest drift, or the least recall, that was the goal. */
  limit: z.number(),
});
export type Shortfall = Readonly<z.infer<typeof shortfallSchema>>;

/** Shortfalls as journals and files hold them. */
export const shortfallsSchema = z.array(shortfallSchema).max(10);
