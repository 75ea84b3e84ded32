import * as z from 'zod';
import { UserError } from '../common/errors';
import type { DeeplyReadonly, RequestOf, ResultOf } from '../contract/declaration';
import { findDeclaration, hasTrait } from '../contract/declarations';
import { embedOutcomeSchema } from '../contract/declarations/embed';
import type { showRun as declaration } from '../contract/declarations/showRun';
import { sayFallenShort } from '../operations/words/embedWords';
import { readRecordedRequest } from './checkpointRun';
import { readErrorOutput } from './parent/errorOutput';
import { explainUnseenDeath } from './parent/explainDeath';
import { readControl } from './runFolder/control';
import { readJob } from './runFolder/jobFile';
import { readJournal, type JournalLine } from './runFolder/journal';
import { findLiveOwner } from './runFolder/lock';
import { relocateRequest } from './runFolder/runPlaces';
import { readRunRecipe } from './runFolder/runRecipe';
import { canContinue, makeRun, readMissingRecord, type Run } from './runs';

type ShownRun = DeeplyReadonly<ResultOf<typeof declaration>>;

const path = z.string().max(4096).optional().catch(undefined);
/** What a request of any operation may say of its files; the operation itself parses the whole. */
const subjectSchema = z.object({ model: path, keys: path, out: path });
type Subject = Partial<z.infer<typeof subjectSchema>>;

/**
 * Says what a run does, how it stands and what to do next.
 * @throws UserError as readJob.
 */
export async function showRun({ run: folder }: RequestOf<typeof declaration>): Promise<ShownRun> {
  const job = await readJob(folder);
  // The lock is read first: a run that ends meanwhile has then already written how it ended.
  const isLive = findLiveOwner(folder) !== undefined;
  const journal = await readJournal(folder);
  const run = explainEnd(makeRun(folder, job, journal, isLive));
  const { status, isSaved, startedAt, endedAt, failure, lastProgress } = run;
  const { model, keys, out }: Subject = subjectSchema.safeParse(relocateRequest(job, folder)).data ?? {};
  const { shortfalls, keyCount, advice } = readOutcome(run);
  return {
    run: folder,
    operation: job.operation,
    does: findDeclaration(job.operation)?.description,
    ...{ model, keys, out },
    status,
    asked: isLive ? readControl(folder) : undefined,
    ...{ startedAt, endedAt },
    phase: lastProgress?.phase,
    done: lastProgress?.done,
    total: lastProgress?.total,
    secondsLeft: isLive ? lastProgress?.secondsLeft : undefined,
    lastCheck: findLastCheck(journal),
    driftBudget: readRunRecipe(folder)?.driftBudget,
    isSaved,
    savedStep: isSaved ? journal.findLast((line) => line.type === 'saved')?.step : undefined,
    failure: failure && { reason: failure.reason, message: failure.message },
    ...{ shortfalls, keyCount, advice },
    next: sayNext(run, { keys, out }),
  };
}

/** A run whose process died without a word gets the words that can be found for it. */
function explainEnd(run: Run): Run {
  if (run.status !== 'interrupted') return run;
  const { reason, message, next } = explainUnseenDeath(readErrorOutput(run.folder), sayRetry(run));
  return { ...run, failure: { reason, message, next } };
}

function findLastCheck(journal: readonly JournalLine[]): ShownRun['lastCheck'] {
  const found = journal.findLast((line) => line.type === 'check');
  return found && { step: found.step, recall: found.recall, drift: found.drift };
}

type Outcome = Pick<ShownRun, 'shortfalls' | 'keyCount' | 'advice'>;

/** In what the copy of a finished run falls short; in nothing where there is no copy. */
function readOutcome({ job, status, result }: Run): Outcome {
  const hasCopy = status === 'done' && hasTrait(job.operation, 'makesCheckpoint');
  return (hasCopy ? embedOutcomeSchema.safeParse(result).data : undefined) ?? { shortfalls: [] };
}

function sayNext(run: Run, { keys, out }: Subject): string {
  const { folder, job, status, failure } = run;
  const isResumable = hasTrait(job.operation, 'isResumable');
  if (status === 'running')
    return isResumable
      ? `Wait for its end, or pause it with "fingerprint-model runs pause ${folder}".`
      : 'Wait for its end.';
  if (readMissingRecord(run) !== undefined)
    return `To add the record of this release to the key file, ${sayRetry(run)}`;
  if (status === 'done') {
    const [, toDo] = sayFallenShort(readOutcome(run));
    if (toDo !== undefined) return toDo;
    const isCopy = hasTrait(job.operation, 'makesCheckpoint') && out !== undefined && keys !== undefined;
    return isCopy
      ? `Test the copy with "fingerprint-model verify --model ${out} --keys ${keys}".`
      : 'There is nothing to do.';
  }
  const retry = `To continue, ${sayRetry(run)}`;
  if (failure === undefined) return retry;
  return status === 'failed' && canResume(run) ? `${failure.next} ${retry}` : failure.next;
}

function canResume(run: Run): boolean {
  return canContinue(run) && hasTrait(run.job.operation, 'isResumable');
}

/** How a run that ended early is continued: the end of a sentence. */
function sayRetry(run: Run): string {
  const { folder, job } = run;
  if (!canResume(run)) return 'run its command again.';
  try {
    readRecordedRequest(job, folder);
    return `resume it with "fingerprint-model runs resume ${folder}".`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.next.charAt(0).toLowerCase() + error.next.slice(1);
  }
}
