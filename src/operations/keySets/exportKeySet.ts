import { systemErrorCode } from '../../common/errors';
import { writeNewFile } from '../../common/files';
import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { exportKeySet as declaration } from '../../contract/declarations/exportKeySet';
import { readKeyFile } from '../../fingerprint/keyFile/keyFile';
import { exportKeys } from '../../fingerprint/keyFile/plainKeys';
import { assertNewFile, fileExists } from './newFile';
import { requirePassphrase } from './passphrase';

/**
 * Writes the keys and responses of a key set unencrypted, readable only by the file's owner. The key set does
 * not change.
 * @throws UserError `file-exists`, `no-such-folder`, and as readKeyFile and writeNewFile.
 */
export async function exportKeySet(
  request: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  await assertNewFile(request.out);
  const rows = exportKeys(await readKeyFile(request.keys, requirePassphrase(secrets)));
  await writeNewFile(request.out, `${JSON.stringify(rows, undefined, 2)}\n`, 0o600).catch(
    (error: unknown) => {
      throw systemErrorCode(error) === 'EEXIST' ? fileExists(request.out) : error;
    },
  );
  return { out: request.out, count: rows.length };
}
