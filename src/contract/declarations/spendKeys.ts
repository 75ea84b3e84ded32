import * as z from 'zod';
import { declareOperation } from '../declaration';

/** Marks keys as spent: somebody else has seen them, so that they can prove nothing to that person any more. */
export const spendKeys = declareOperation({
  name: 'spendKeys',
  title: 'spend',
  description: 'mark keys as spent: somebody else has seen them',
  request: z.strictObject({
    keys: z.string(),
    /** Numbers of the keys in their set, from 0. */
    which: z.union([z.literal('all'), z.array(z.int().min(0)).min(1).max(100_000)]),
    /** Who saw them, and when or where: the owner's own note. */
    why: z.string().trim().min(1).max(500),
  }),
  result: z.object({
    keys: z.string(),
    /** Keys that were not spent before. */
    marked: z.number(),
    /** All spent keys of the set now. */
    spent: z.number(),
    count: z.number(),
  }),
  traits: { needsSecrets: true },
});
