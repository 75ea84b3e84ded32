import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const limits = { timeout: 5000, maxBuffer: 1_000_000, windowsHide: true } as const;
/** What a strange repository could make git run is turned off; its other settings only choose what is read. */
const safely = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
/** What must not be published: key files, and run folders, which show how a copy was marked. */
export const secretPatterns = ['*.fpkeys', '*.run/'] as const;
/** The same for git's own lists, which hold files only. */
export const secretFiles = ['*.fpkeys', '*.run/*'] as const;
const mostNamed = 100;

/** The top folder of the repository that holds a folder; undefined outside any. */
export async function findRepository(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    if (await stat(join(at, '.git')).catch(() => undefined)) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Key files and files of run folders that git tracks, relative to the repository, at most a hundred. None where git is
 * missing or does not answer in time. Call it in a trusted workspace only: git reads the repository's settings.
 */
export async function listTrackedSecrets(repository: string): Promise<string[]> {
  const listed = await runGit(repository, ['ls-files', '-z', '--cached', '--', ...secretFiles]);
  return listed === undefined ? [] : listed.out.split('\0').filter(Boolean).slice(0, mostNamed);
}

/** Whether git ignores a path; undefined where git is missing. */
export async function isIgnored(repository: string, path: string): Promise<boolean | undefined> {
  const found = await runGit(repository, ['check-ignore', '-q', '--', path]);
  return found === undefined || found.code > 1 ? undefined : found.code === 0;
}

interface Answer {
  readonly code: number;
  readonly out: string;
}

function runGit(repository: string, args: readonly string[]): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    execFile('git', [...safely, '-C', repository, ...args], limits, (error, out) => {
      if (error === null) {
        resolve({ code: 0, out });
        return;
      }
      // A number is git's own exit code; words say that it could not be run, or was ended.
      resolve(typeof error.code === 'number' ? { code: error.code, out } : undefined);
    });
  });
}
