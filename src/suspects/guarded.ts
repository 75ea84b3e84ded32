import { Cancelled, UserError } from '../common/errors';
import type { Reason } from '../common/reasons';
import type { Suspect, SuspectProbe } from '../verify/suspect';

/** What the machine lacks is not the suspect's doing. */
const ofTheMachine = new Set<Reason>([
  'device-failed',
  'disk-full',
  'not-enough-memory',
  'not-readable',
  'out-of-memory',
]);

/**
 * A suspect whose failures end in no verdict instead of an error: a folder that somebody else made can fail in
 * any way, and that must not be a way out.
 */
export function guardSuspect(suspect: Suspect): Suspect {
  return {
    ...suspect,
    ask: async (questions, watch) => {
      try {
        return await suspect.ask(questions, watch);
      } catch (error) {
        if (error instanceof Cancelled || (error instanceof UserError && ofTheMachine.has(error.reason)))
          throw error;
        return undecided(questions.keys.length, error);
      }
    },
  };
}

function undecided(keyCount: number, error: unknown): SuspectProbe {
  const why = error instanceof UserError ? error.message : 'its config and weights do not work together.';
  return {
    keys: Array.from({ length: keyCount }, () => undefined),
    neutral: undefined,
    failure: why,
  };
}
