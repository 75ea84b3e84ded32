import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../common/errors';
import { readKeyFilePublic } from '../../fingerprint/keyFile/keyFile';

const mostFiles = 1000;

/**
 * Where a key file is by now: one that is no longer at its path is looked for in the same folder by its commitment.
 * @returns the path as it is given where there is no such file.
 */
export async function findKeyFile(path: string, commitment: string | undefined): Promise<string> {
  if (commitment === undefined || existsSync(path)) return path;
  const folder = dirname(path);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.fpkeys'));
  for (const name of names.sort().slice(0, mostFiles))
    if ((await readCommitment(join(folder, name))) === commitment) return join(folder, name);
  return path;
}

async function readCommitment(path: string): Promise<string | undefined> {
  try {
    return (await readKeyFilePublic(path)).commitment;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
