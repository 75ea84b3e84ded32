import { hasTrait } from '../../contract/declarations';
import { shareDone } from '../../contract/events';
import { phases } from '../../contract/phases';
import { isAlive, type KnownRun } from './knownRun';

type Timed = Pick<KnownRun, 'state' | 'job' | 'course' | 'lastProgress'>;

/** Before this share an estimate of the time left would only jump about. */
const leastShare = 0.1;

/**
 * The share done of an embedding, or of the present phase of any other run, 0 to 1, in whole thousandths: in
 * hundredths a bar of many minutes stood still for 20 s. Undefined when nothing counts it.
 */
export function shareOf(run: Timed): number | undefined {
  if (run.state === 'done') return 1;
  const isEmbedding = hasTrait(run.job.operation, 'makesCheckpoint');
  const share = isEmbedding ? run.course.share : run.lastProgress && shareDone(run.lastProgress);
  return share === undefined ? undefined : Math.floor(1000 * share + 1e-6) / 1000;
}

/** Seconds of work on the run, over all its processes; undefined before the first has begun. */
export function workedSeconds({ state, course }: Timed, nowMs: number): number | undefined {
  const { earlierMs, startedAtMs, lastAtMs } = course;
  if (startedAtMs === undefined) return earlierMs > 0 ? earlierMs / 1000 : undefined;
  const endMs = isAlive({ state }) ? nowMs : (lastAtMs ?? startedAtMs);
  return (earlierMs + Math.max(0, endMs - startedAtMs)) / 1000;
}

/** Seconds that a running embedding will still take; undefined where there is no estimate. */
export function secondsLeft(run: Timed, nowMs: number): number | undefined {
  const { state, course, job } = run;
  const { progress, share } = course;
  if (state !== 'running' || course.isLoadingAgain || !hasTrait(job.operation, 'makesCheckpoint'))
    return undefined;
  if (progress?.phase === phases.training && progress.secondsLeft !== undefined) return progress.secondsLeft;
  const worked = workedSeconds(run, nowMs);
  if (worked === undefined || share === undefined || share < leastShare) return undefined;
  return (worked * (1 - share)) / share;
}
