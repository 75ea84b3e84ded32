import { lstat, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../common/errors';
import { ignoreMissing } from '../../common/files';

/**
 * Checks, before any work, that a file can be made at `path`.
 * @throws UserError `file-exists`, or `no-such-folder` when its folder is missing.
 */
export async function assertNewFile(path: string): Promise<void> {
  const target = resolve(path);
  if (await lstat(target).catch(ignoreMissing)) throw fileExists(target);
  const folder = await stat(dirname(target)).catch(ignoreMissing);
  if (folder?.isDirectory() === true) return;
  throw new UserError(
    'no-such-folder',
    `There is no folder ${dirname(target)} to write into.`,
    'Create it first, or choose another name.',
  );
}

/** @returns `file-exists`. */
export function fileExists(path: string): UserError {
  return new UserError(
    'file-exists',
    `${path} already exists and will not be overwritten.`,
    'Choose another name, or move the old file away.',
  );
}
