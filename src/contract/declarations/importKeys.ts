import * as z from 'zod';
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
  }),
  result: z.object({
    out: z.string(),
    count: z.number(),
    commitment: z.string(),
    warnings: z.array(z.string()),
  }),
  traits: { needsSecrets: true },
});
