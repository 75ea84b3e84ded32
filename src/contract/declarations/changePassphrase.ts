import * as z from 'zod';
import { declareOperation } from '../declaration';

/** Encrypts a key set again under another passphrase. Earlier copies of the file keep the old one. */
export const changePassphrase = declareOperation({
  name: 'changePassphrase',
  title: 'passphrase',
  description: 'change the passphrase of a key set',
  request: z.strictObject({ keys: z.string() }),
  result: z.object({ keys: z.string() }),
  traits: { needsSecrets: true },
});
