import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { changePassphrase as declaration } from '../../contract/declarations/changePassphrase';
import { changeAnyKeyFile } from '../../fingerprint/keyFile/changeKeyFile';
import { assertStrongPassphrase } from '../../fingerprint/keyFile/keyFile';
import { requirePassphrase } from './passphrase';

/**
 * Encrypts a key set again under another passphrase. Earlier copies of the file keep the old one.
 * @throws UserError as changeAnyKeyFile.
 */
export async function changePassphrase(
  { keys }: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  const passphrase = requirePassphrase(secrets);
  const newPassphrase = secrets.newPassphrase ?? '';
  assertStrongPassphrase(newPassphrase);
  await changeAnyKeyFile(keys, { passphrase, newPassphrase, change: (keySet) => keySet });
  return { keys };
}
