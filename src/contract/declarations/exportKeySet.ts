import * as z from 'zod';
import { declareOperation } from '../declaration';

/**
 * Writes the keys and responses of a key set unencrypted, readable only by the file's owner. Such a file is made to
 * be given away, so its keys count as spent, unless it is private. It is no backup: commitment and draw are not in it.
 */
export const exportKeySet = declareOperation({
  name: 'exportKeySet',
  title: 'export',
  description: 'write keys and responses to a file, unencrypted',
  request: z.strictObject({
    keys: z.string(),
    /** The JSON file to make. */
    out: z.string(),
    /** Nobody else gets the file, so no key is marked as spent. */
    isPrivate: z.boolean().optional(),
  }),
  result: z.object({
    out: z.string(),
    count: z.number(),
    /** Keys that the export marked as spent. */
    marked: z.number(),
  }),
  traits: { needsSecrets: true },
});
