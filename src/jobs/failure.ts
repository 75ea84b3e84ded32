import { closeSync, writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { UserError } from '../common/errors';
import { asDiskError } from '../common/files';
import { asPathError } from '../common/pathErrors';
import { openStrictly } from '../common/strictFile';
import { errorLogPath } from './runFolder/jobFile';
import type { Failure } from './messages';

/**
 * Turns anything thrown in a run into a failure for a user. An unexpected error goes with its stack into the
 * run folder's error log, and the user gets one sentence that names the log.
 */
export function describeFailure(thrown: unknown, runFolder: string): Failure {
  const path = nameFile(thrown) ?? runFolder;
  const error = asPathError(asDiskError(thrown, path), path);
  if (error instanceof UserError) return { reason: error.reason, message: error.message, next: error.next };
  const log = errorLogPath(runFolder);
  if (ranOutOfMemory(String(error))) {
    logError(log, error);
    return {
      reason: 'out-of-memory',
      message: 'Memory ran out.',
      next: 'Close other programs, train fewer layers, generate fewer texts, or use a machine with more memory.',
    };
  }
  return {
    reason: 'unexpected',
    message: logError(log, error)
      ? `Something unexpected happened; ${log} has the details.`
      : 'Something unexpected happened, and its details could not be written to the run folder.',
    next: 'Run the same command again; if it happens again, report it with that file.',
  };
}

/** Whether a message of the engine, the operating system or Node.js says that memory ran out. */
export function ranOutOfMemory(words: string): boolean {
  return /bad_alloc|out of memory|failed to allocate memory|array buffer allocation failed/i.test(words);
}

/** Adds an error with its stack (or any text) to an error log; false when that is impossible. */
export function logError(path: string, error: unknown): boolean {
  try {
    const text = typeof error === 'string' ? error : inspect(error);
    const file = openStrictly(path, 'append');
    try {
      writeSync(file, `${new Date().toISOString()} ${text}\n`);
    } finally {
      closeSync(file);
    }
    return true;
  } catch {
    return false;
  }
}

function nameFile(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
