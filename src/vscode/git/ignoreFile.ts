import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskError, writeFileAtomic } from '../../common/files';
import { secretPatterns } from './readGit';

const heading = '# Fingerprint Model: key files, and run folders that show how a copy was marked';

/**
 * Adds what must not be published to the .gitignore of a repository; lines that are there stay as they are.
 * @throws UserError `disk-full` or `not-writable`.
 */
export async function ignoreSecrets(repository: string): Promise<void> {
  const path = join(repository, '.gitignore');
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw asDiskError(error, path);
  });
  await writeFileAtomic(path, addPatterns(before));
}

/** The text of a .gitignore with the missing patterns at its end. */
export function addPatterns(before: string): string {
  const lines = before.split(/\r?\n/);
  const missing = secretPatterns.filter((pattern) => !lines.includes(pattern));
  if (missing.length === 0) return before;
  const start = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  return `${start}${start === '' ? '' : '\n'}${heading}\n${missing.join('\n')}\n`;
}
