import { writeFileAtomic } from '../common/files';
import { readKeyFile } from '../fingerprint/keyFile';
import { exportKeys } from '../fingerprint/plainKeys';
import { assertNewFile } from './newFile';

/**
 * Writes the keys and responses of a key set unencrypted, readable only by the owner of the file. Changes no key set.
 * @throws UserError `file-exists`, `no-such-folder`, and as readKeyFile and writeFileAtomic.
 */
export async function exportKeySet(request: {
  readonly keys: string;
  readonly out: string;
  readonly passphrase: string;
}): Promise<{ out: string; count: number }> {
  await assertNewFile(request.out);
  const rows = exportKeys(await readKeyFile(request.keys, request.passphrase));
  await writeFileAtomic(request.out, `${JSON.stringify(rows, undefined, 2)}\n`, 0o600);
  return { out: request.out, count: rows.length };
}
