import { readKeyFile, writeKeyFile } from '../fingerprint/keyFile';

/**
 * Encrypts a key set anew under another passphrase. Copies made before keep the old one.
 * @throws UserError as readKeyFile and writeKeyFile.
 */
export async function changePassphrase(request: {
  readonly keys: string;
  readonly passphrase: string;
  readonly newPassphrase: string;
}): Promise<void> {
  const keySet = await readKeyFile(request.keys, request.passphrase);
  await writeKeyFile(request.keys, keySet, request.newPassphrase, { overwrite: true });
}
