import { withDeadline } from '../../common/deadline';

/**
 * Tokenizers and chat templates are programs of strangers. They run as they are while they stay within an
 * allowance of work, which every honest one does; past it they run again under a deadline. So the usual call
 * costs nothing, and no call is endless.
 */

/** Thrown through the libraries when the allowance is used up; never leaves {@link runBounded}. */
class AllowanceSpent extends Error {}

/** Steps of about a nanosecond each in the worst case, so at most a few seconds. */
const allowedWork = 1e9;

/** Undefined where a deadline holds instead, or nothing. */
let allowance: number | undefined;

/** Counts work before it is done. Work that may be endless counts as Infinity. */
export function spend(work: number): void {
  if (allowance === undefined) return;
  allowance -= work;
  if (allowance < 0) throw new AllowanceSpent();
}

/**
 * Runs a stranger's program.
 * @param deadlineMs for a run that uses up its allowance.
 * @param work may be run twice.
 * @throws DeadlineExceeded; whatever the program throws.
 */
export function runBounded<T>(deadlineMs: number, work: () => T): T {
  allowance = allowedWork;
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AllowanceSpent)) throw error;
  } finally {
    allowance = undefined;
  }
  return withDeadline(deadlineMs, work);
}
