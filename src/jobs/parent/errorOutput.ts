import { closeSync, fstatSync, readSync, rmSync } from 'node:fs';
import { asDiskError } from '../../common/files';
import { asPathError } from '../../common/pathErrors';
import { openStrictly } from '../../common/strictFile';
import { errorOutputLimit } from './childProcess';
import { errorOutputPath } from '../runFolder/jobFile';

/** The end of the standard error of a detached run's last process, at most 8,000 bytes; '' when there is none. */
export function readErrorOutput(runFolder: string): string {
  let file: number;
  try {
    file = openStrictly(errorOutputPath(runFolder), 'read');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, errorOutputLimit));
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a new, empty file for the standard error of a run's next process, in place of whatever has its name;
 * the caller closes it.
 * @throws UserError `disk-full`, `not-writable`, or as asPathError.
 */
export function openErrorOutput(runFolder: string): number {
  const path = errorOutputPath(runFolder);
  try {
    rmSync(path, { force: true });
    return openStrictly(path, 'create');
  } catch (error) {
    throw asPathError(asDiskError(error, path), path);
  }
}
