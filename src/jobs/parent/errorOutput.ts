import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { errorOutputLimit } from './childProcess';
import { errorOutputPath } from '../runFolder/jobFile';

/** The end of the standard error of a detached run's last process, at most 8,000 bytes; '' when there is none. */
export function readErrorOutput(runFolder: string): string {
  let file: number;
  try {
    file = openSync(errorOutputPath(runFolder), 'r');
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
