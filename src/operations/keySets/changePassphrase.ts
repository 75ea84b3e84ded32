import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { changePassphrase as declaration } from '../../contract/declarations/changePassphrase';
import { readAnyKeyFile, writeKeyFile } from '../../fingerprint/keyFile/keyFile';
import { requirePassphrase } from './passphrase';

/**
 * Encrypts a key set again under another passphrase. Earlier copies of the file keep the old one.
 * @throws UserError as readAnyKeyFile and writeKeyFile.
 */
export async function changePassphrase(
  { keys }: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  const keySet = await readAnyKeyFile(keys, requirePassphrase(secrets));
  await writeKeyFile(keys, keySet, secrets.newPassphrase ?? '', { overwrite: true });
  return { keys };
}
