import * as z from 'zod';
import { declareOperation } from '../declaration';

/**
 * Writes the keys and responses of a key set unencrypted, readable only by the file's owner. The key set does
 * not change.
 */
export const exportKeySet = declareOperation({
  name: 'exportKeySet',
  title: 'export',
  description: 'write keys and responses to a file, unencrypted',
  request: z.strictObject({
    keys: z.string(),
    /** The JSON file to make. */
    out: z.string(),
  }),
  result: z.object({ out: z.string(), count: z.number() }),
  traits: { needsSecrets: true },
});
