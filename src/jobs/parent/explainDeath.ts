import { UserError } from '../../common/errors';
import type { ChildEnd } from './childProcess';
import { logError, ranOutOfMemory } from '../failure';
import { errorLogPath } from '../runFolder/jobFile';

const quotedLimit = 300;

/** Explains the death of a child that left no result and no error. Its error output is kept in the run's error log. */
export function explainDeath(end: ChildEnd, runFolder: string, retry: string): UserError {
  if (ranOutOfMemory(end.errorOutput)) return outOfMemory(retry);
  if (end.signal === 'SIGKILL')
    return new UserError(
      'child-killed',
      'The system killed the process that ran the model, most likely because memory ran out.',
      `Close other programs or use a machine with more memory, then ${retry}`,
    );
  const how = end.signal ?? `exit code ${end.code ?? 'unknown'}`;
  return crashed(how, end.errorOutput, runFolder, retry);
}

/**
 * Explains a death that nobody saw: the process was found dead and its run folder records no end.
 * @param errorOutput the end of its standard error.
 */
export function explainUnseenDeath(errorOutput: string, retry: string): UserError {
  if (ranOutOfMemory(errorOutput)) return outOfMemory(retry);
  const quoted = quoteLastWords(errorOutput);
  return new UserError(
    'interrupted',
    quoted === ''
      ? 'The process that ran the model was killed: by a user, by the system because memory ran out, or because the computer shut down.'
      : `The process that ran the model ended early; its last words were "${quoted}".`,
    `To continue, ${retry}`,
  );
}

function outOfMemory(retry: string): UserError {
  return new UserError(
    'out-of-memory',
    'The process that ran the model ran out of memory.',
    `Close other programs, train fewer layers or use a machine with more memory, then ${retry}`,
  );
}

function crashed(how: string, errorOutput: string, runFolder: string, retry: string): UserError {
  const log = errorLogPath(runFolder);
  const isLogged = logError(log, `The child process ended with ${how}.\n${errorOutput}`);
  const quoted = quoteLastWords(errorOutput);
  return new UserError(
    'child-crashed',
    `The process that ran the model crashed (${how})${quoted === '' ? '' : `; its last words were "${quoted}"`}.`,
    isLogged ? `See ${log}, then ${retry}` : `To try again: ${retry}`,
  );
}

/** The last lines of an error output that mean something to a user: no stack frames, version banner or mere warnings. */
function quoteLastWords(errorOutput: string): string {
  const lines = errorOutput.split('\n').map((line) => line.trim());
  const telling = lines.filter(
    (line) => line !== '' && !/^(at |Node\.js v|node:|\^|[{}]|Warning: )/.test(line),
  );
  return telling.slice(-3).join(' ').slice(-quotedLimit);
}
