import { hasTrait } from '../../contract/declarations';
import { type ControlRequest, readControl } from '../../jobs/runFolder/control';
import { readErrorOutput } from '../../jobs/parent/errorOutput';
import { explainUnseenDeath } from '../../jobs/parent/explainDeath';
import { type Job, readJob } from '../../jobs/runFolder/jobFile';
import { readJournal, type JournalLine } from '../../jobs/runFolder/journal';
import { findLiveOwner } from '../../jobs/runFolder/lock';
import { canContinue, makeRun, type Run } from '../../jobs/runs';
import { readRunIdentity } from '../../operations/copy/runInputs';
import type { KnownRun } from './knownRun';
import { courseOfNextStart, followCourse } from './runCourse';

const endingStates = { pause: 'pausing', stop: 'stopping', cancel: 'cancelling' } as const;

/** What a user does about a run whose process died. */
export function retryWords(operation: string): string {
  return hasTrait(operation, 'isResumable') ? 'resume the run from the Runs view.' : 'start it again.';
}

/**
 * @param isHeld whether the run counts as alive even without a process, because its end is not yet recorded.
 * @throws UserError as readRun.
 */
export async function readKnownRun(folder: string, isHeld = false): Promise<KnownRun> {
  const job = await readJob(folder);
  // The lock is read first: a run that ends in between has then already recorded how it ended.
  const isLive = isHeld || findLiveOwner(folder) !== undefined;
  return makeKnownRun(folder, job, await readJournal(folder), isLive);
}

/** A run from the content of its folder: lines of the journal, and whether a process works in it. */
export function makeKnownRun(
  folder: string,
  job: Job,
  journal: readonly JournalLine[],
  isLive: boolean,
): KnownRun {
  const run = makeRun(folder, job, journal, isLive);
  const { operation } = job;
  const identity = hasTrait(operation, 'makesCheckpoint') ? readRunIdentity(folder) : undefined;
  return {
    ...run,
    ...(identity && { identity }),
    ...(run.status === 'interrupted' && { failure: explainInterruption(folder, operation) }),
    state: isLive ? liveState(readControl(folder)) : run.status,
    canResume: hasTrait(operation, 'isResumable') && canContinue(run),
    course: followCourse(journal),
  };
}

/**
 * A run whose next process is just being started.
 * @param earlier the journal of its earlier processes.
 */
export function describeStarting(
  folder: string,
  { operation, request }: Pick<Job, 'operation' | 'request'>,
  earlier: readonly JournalLine[],
): KnownRun {
  const job: Job = { version: 1, operation, request, createdAt: new Date().toISOString(), detached: true };
  const course = courseOfNextStart(earlier);
  return { folder, job, status: 'running', state: 'starting', isSaved: false, canResume: false, course };
}

function liveState(asked: ControlRequest | undefined): KnownRun['state'] {
  return asked === undefined ? 'running' : endingStates[asked];
}

function explainInterruption(folder: string, operation: string): NonNullable<Run['failure']> {
  const { reason, message, next } = explainUnseenDeath(readErrorOutput(folder), retryWords(operation));
  return { reason, message, next };
}
