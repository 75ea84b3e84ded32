import { UserError } from '../common/errors';
import type { ChildEnd } from './childProcess';
import { logError } from './failure';
import { errorLogPath } from './jobFile';

const quotedLimit = 300;

/** Says why a child died that left no result and no error of its own. Its error output is kept in the run's error log. */
export function explainDeath(end: ChildEnd, runFolder: string, retry: string): UserError {
  if (end.signal === 'SIGKILL')
    return new UserError(
      'child-killed',
      'The process that ran the model was killed by the system, most likely because memory ran out.',
      `Close other programs or use a machine with more memory, then ${retry}`,
    );
  const log = errorLogPath(runFolder);
  const how = end.signal ?? `exit code ${end.code ?? 'unknown'}`;
  const isLogged = logError(log, `The child process ended with ${how}.\n${end.errorOutput}`);
  const quoted = quoteLastWords(end.errorOutput);
  return new UserError(
    'child-crashed',
    `The process that ran the model crashed (${how})${quoted === '' ? '' : `; its last words were "${quoted}"`}.`,
    isLogged ? `See ${log}, then ${retry}` : `To try again: ${retry}`,
  );
}

/** The last lines of an error output that say something to a person: no stack frames, no version banner. */
function quoteLastWords(errorOutput: string): string {
  const lines = errorOutput.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => line !== '' && !/^(at |Node\.js v|node:|\^|[{}])/.test(line));
  return telling.slice(-3).join(' ').slice(-quotedLimit);
}
