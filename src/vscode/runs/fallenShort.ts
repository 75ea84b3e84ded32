import { hasTrait } from '../../contract/declarations';
import { embedOutcomeSchema } from '../../contract/declarations/embed';
import type { FallenShort } from '../../reports/words/notReady';
import type { KnownRun } from './knownRun';

/** How the copy of a finished embedding falls short; undefined for one that is done, and for any other run. */
export function findFallenShort({
  job,
  result,
  state,
}: Pick<KnownRun, 'job' | 'result' | 'state'>): FallenShort | undefined {
  if (state !== 'done' || !hasTrait(job.operation, 'makesCheckpoint')) return undefined;
  const outcome = embedOutcomeSchema.safeParse(result).data;
  return outcome && outcome.shortfalls.length > 0 ? outcome : undefined;
}
