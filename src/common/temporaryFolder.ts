import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asDiskError } from './files';

const dayMs = 86_400_000;

/**
 * Makes a folder for this process alone in the system's temporary folder.
 * @throws UserError `disk-full` or `not-writable`.
 */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  return mkdtemp(join(tmpdir(), prefix)).catch((error: unknown) => {
    throw asDiskError(error, tmpdir());
  });
}

/**
 * Removes the folders of one kind that killed processes of this user left in the temporary folder more than a day
 * ago. Never throws.
 * @param isNeeded whether an old folder is still in use, or worth keeping.
 */
export async function removeAbandonedFolders(
  prefix: string,
  isNeeded: (folder: string, ageMs: number) => boolean = () => false,
): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((found) => found.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const ageMs = await measureAge(folder);
    if (ageMs !== undefined && ageMs > dayMs && !isNeeded(folder, ageMs))
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Since something was added to a folder of this user's; undefined for a link, and for what belongs to others. */
async function measureAge(folder: string): Promise<number | undefined> {
  const stats = await lstat(folder).catch(() => undefined);
  const isOurs = process.getuid === undefined || stats?.uid === process.getuid();
  return stats?.isDirectory() === true && isOurs ? Date.now() - stats.mtimeMs : undefined;
}
