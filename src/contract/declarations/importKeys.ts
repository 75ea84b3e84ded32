import * as z from 'zod';
import { announcedSchema, beaconWishSchema } from '../beaconWish';
import { declareOperation } from '../declaration';

/**
 * Makes a key set from keys and responses that came from elsewhere. It runs no model, so the set has no
 * neutral prompts.
 */
export const importKeys = declareOperation({
  name: 'importKeys',
  title: 'import',
  description: 'make a key set from your own keys and responses',
  request: z.strictObject({
    /** JSON as exportKeySet writes it. */
    file: z.string(),
    model: z.string(),
    /** The key-set file to make. */
    out: z.string(),
    /** Leaves the draws to a public beacon: the responses of the file are not used then. */
    draw: beaconWishSchema.optional(),
  }),
  result: z.object({
    out: z.string(),
    count: z.number(),
    commitment: z.string(),
    /** The round that will draw; absent where the responses of the file are used. */
    announced: announcedSchema.optional(),
    warnings: z.array(z.string()),
  }),
  traits: { needsSecrets: true },
});
