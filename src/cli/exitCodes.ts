import { Cancelled, UserError } from '../common/errors';
import type { Reason } from '../common/reasons';

/** The exit codes of the command line. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  /** verify ran and did not match. */
  noMatch: 3,
  /** embed wrote a copy that is not ready to publish. */
  notReady: 4,
  /** verify found agreement with the key file, but nobody knows how its words were chosen. */
  agrees: 5,
  interrupted: 130,
} as const;

const endedByAPerson = new Set<Reason>(['interrupted', 'paused']);

/** The exit code for something thrown by a command that was used correctly. */
export function exitCodeOf(error: unknown): number {
  const isInterrupted =
    error instanceof Cancelled || (error instanceof UserError && endedByAPerson.has(error.reason));
  return isInterrupted ? exitCodes.interrupted : exitCodes.failed;
}
