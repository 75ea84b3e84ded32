import { lstatSync, opendirSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode, UserError } from '../../common/errors';
import { asPathError } from '../../common/pathErrors';

/** A run folder holds about ten files. */
const mostEntries = 10_000;

/**
 * Refuses a run folder that is a link or holds one, a pipe or a device: no run of ours makes such a thing, and
 * through a link another file of the user's would be read or changed.
 * @throws UserError `linked-file`, `not-a-file`, `not-a-run-folder`, or as asPathError.
 */
export function refuseStrangeFolder(runFolder: string): void {
  try {
    const stats = lstatSync(runFolder);
    if (stats.isSymbolicLink()) throw strange('linked-file', runFolder, 'is a link');
    if (!stats.isDirectory()) throw strange('not-a-run-folder', runFolder, 'is not a folder');
    refuseStrangeEntries(runFolder);
  } catch (error) {
    // There is nothing to refuse; whoever needs the folder says what is missing.
    if (systemErrorCode(error) === 'ENOENT') return;
    throw asPathError(error, runFolder);
  }
}

function refuseStrangeEntries(runFolder: string): void {
  const folder = opendirSync(runFolder);
  try {
    let seen = 0;
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (++seen > mostEntries) throw strange('not-a-run-folder', runFolder, 'holds too many files');
      const path = join(runFolder, entry.name);
      if (entry.isSymbolicLink()) throw strange('linked-file', path, 'is a link');
      if (!entry.isFile() && !entry.isDirectory()) throw strange('not-a-file', path, 'is a pipe or device');
    }
  } finally {
    folder.closeSync();
  }
}

function strange(
  reason: 'linked-file' | 'not-a-file' | 'not-a-run-folder',
  path: string,
  what: string,
): UserError {
  return new UserError(
    reason,
    `${path} ${what}, which no run of this program leaves behind.`,
    'Do not use this folder unless you know who made it; if you trust it, remove that first.',
  );
}
