import type { Run } from '../../jobs/runs';
import type { RunIdentity } from '../../operations/copy/runInputs';
import type { RunState } from '../../protocol/panel/run';
import type { RunCourse } from './runCourse';

/** A run as every view of the editor shows it. */
export interface KnownRun extends Run {
  readonly state: Exclude<RunState, 'none'>;
  /** Whether it can be resumed from its last save. */
  readonly canResume: boolean;
  readonly course: RunCourse;
  /** What an embedding recorded of its base and key set, whose files may have moved since. */
  readonly identity?: RunIdentity;
}

/** Whether a process works on the run, or is about to. */
export function isAlive({ state }: Pick<KnownRun, 'state'>): boolean {
  return ['starting', 'running', 'pausing', 'stopping', 'cancelling'].includes(state);
}

/** Whether the run waits for its owner to resume or discard it. */
export function isWaiting({ state, canResume }: KnownRun): boolean {
  return state === 'paused' || state === 'interrupted' || (state === 'failed' && canResume);
}

/** The checkpoint folder that a run of any kind works on. */
export function modelOf({ job: { request } }: Pick<KnownRun, 'job'>): string | undefined {
  const isObject = typeof request === 'object' && request !== null && 'model' in request;
  return isObject && typeof request.model === 'string' ? request.model : undefined;
}
