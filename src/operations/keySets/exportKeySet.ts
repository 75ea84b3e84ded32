import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { systemErrorCode } from '../../common/errors';
import { writeNewFile } from '../../common/files';
import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { exportKeySet as declaration } from '../../contract/declarations/exportKeySet';
import { assertChangeable } from '../../fingerprint/keyFile/changeKeyFile';
import { readKeyFile } from '../../fingerprint/keyFile/keyFile';
import { describePlainFile } from '../../fingerprint/keyFile/plainFile';
import { longestReason } from '../../fingerprint/keyFile/keySetSchema';
import type { KeySet } from '../../fingerprint/keySet';
import { assertNewFile, fileExists } from './newFile';
import { requirePassphrase } from './passphrase';
import { spendKeys } from './spendKeys';

/**
 * Writes the keys and responses of a key set unencrypted, readable only by the file's owner, and marks them as
 * spent unless the file is private. Where they cannot be marked, nothing stays exported.
 * @throws UserError `file-exists`, `no-such-folder`, and as readKeyFile, writeNewFile and spendKeys.
 */
export async function exportKeySet(
  { keys, out, isPrivate = false }: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  await assertNewFile(out);
  const passphrase = requirePassphrase(secrets);
  const keySet = await readKeyFile(keys, passphrase);
  const count = keySet.keys.length;
  if (isPrivate) {
    await writePlain(out, keySet);
    return { out, count, marked: 0 };
  }
  await assertChangeable(keys);
  await writePlain(out, { ...keySet, keys: keySet.keys.map((key) => ({ ...key, spent: true })) });
  try {
    const why = `exported without encryption to ${basename(out)}`.slice(0, longestReason);
    const { marked } = await spendKeys({ keys, which: 'all', why }, secrets);
    return { out, count, marked };
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  }
}

async function writePlain(out: string, keySet: KeySet): Promise<void> {
  const text = `${JSON.stringify(describePlainFile(keySet), undefined, 2)}\n`;
  await writeNewFile(out, text, 0o600).catch((error: unknown) => {
    throw systemErrorCode(error) === 'EEXIST' ? fileExists(out) : error;
  });
}
