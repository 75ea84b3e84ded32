import type { Device } from '../../contract/devices';
import { advanceProgress, type Progress, type RunEvent } from '../../contract/events';
import { phases } from '../../contract/phases';
import { isEvent, type JournalLine } from '../../jobs/runFolder/journal';
import { shareAt, shareOfWork, workOfPhase, type PhaseName, type Work } from './runPhases';

/** The time that a run has taken and the share of it that is done: the one source for every view. */
export interface RunCourse {
  /** Time that earlier processes worked on the run. */
  readonly earlierMs: number;
  /** When the present process began; undefined before it wrote anything. */
  readonly startedAtMs: number | undefined;
  /** When the last line was written. */
  readonly lastAtMs: number | undefined;
  /** When the present process entered each phase of an embedding. */
  readonly phaseStarts: ReadonlyMap<PhaseName, number>;
  /** How much of the whole embedding is done, 0 to 1; undefined before it began, and for any other run. */
  readonly share: number | undefined;
  /** Whether a resumed run is not yet back at its last save. */
  readonly isLoadingAgain: boolean;
  /** The progress of the present process so far, later values over earlier ones. */
  readonly progress: Progress | undefined;
  readonly device: Device | undefined;
}

/** Gathers the course of a run from its journal, a line at a time. */
export class CourseBuilder implements RunCourse {
  earlierMs = 0;
  startedAtMs: number | undefined;
  lastAtMs: number | undefined;
  readonly phaseStarts = new Map<PhaseName, number>();
  progress: Progress | undefined;
  device: Device | undefined;
  private phase: PhaseName | undefined;
  /** How much of the present phase is done, 0 to 1; it never falls. */
  private phaseShare = 0;
  /** The share at the last save, to which a resumed run returns. */
  private savedShare: number | undefined;
  /** The share from which the present process continues. */
  private resumedShare: number | undefined;
  private totalSteps: number | undefined;

  get share(): number | undefined {
    const own = this.phase === undefined ? undefined : shareAt(this.phase, this.phaseShare);
    return this.resumedShare === undefined ? own : Math.max(this.resumedShare, own ?? 0);
  }

  get isLoadingAgain(): boolean {
    return this.resumedShare !== undefined && (this.phase === undefined || this.phase === 'Prepare');
  }

  add(line: JournalLine): void {
    const atMs = Date.parse(line.time);
    if (line.type === 'started') this.startAgain(atMs);
    else if (isEvent(line)) this.hear(line, atMs);
    this.lastAtMs = atMs;
  }

  /** Another process begins, now or (undefined) as soon as it has written anything: it continues from the last save. */
  startAgain(atMs: number | undefined): void {
    if (this.startedAtMs !== undefined)
      this.earlierMs += (this.lastAtMs ?? this.startedAtMs) - this.startedAtMs;
    this.startedAtMs = atMs;
    this.phaseStarts.clear();
    this.progress = undefined;
    this.phase = undefined;
    this.resumedShare = this.savedShare;
  }

  private hear(event: RunEvent, atMs: number): void {
    this.progress = advanceProgress(this.progress, event);
    if (event.type === 'phase') this.enter(workOfPhase[event.phase], event, atMs);
    else if (event.type === 'step') this.step(event, atMs);
    else if (event.type === 'saved') this.save(event.step);
    else if (event.type === 'device') this.device = event.device;
  }

  private step(event: Extract<RunEvent, { type: 'step' }>, atMs: number): void {
    this.totalSteps = event.total ?? this.totalSteps;
    this.enter(workOfPhase[phases.training], event, atMs);
  }

  private enter(
    work: Work | undefined,
    progress: Pick<Progress, 'done' | 'total' | 'part'>,
    atMs: number,
  ): void {
    if (work === undefined) return;
    this.phase = work.phase;
    if (!this.phaseStarts.has(work.phase)) {
      this.phaseStarts.set(work.phase, atMs);
      this.phaseShare = 0;
    }
    this.phaseShare = Math.max(this.phaseShare, shareOfWork(work, progress));
  }

  private save(step: number): void {
    if (this.totalSteps !== undefined)
      this.savedShare = shareAt('Train', Math.min(1, step / Math.max(1, this.totalSteps)));
  }
}

/** The course of a run from the lines of its journal so far. */
export function followCourse(lines: readonly JournalLine[]): RunCourse {
  return buildCourse(lines);
}

/** The course of a run whose next process is just being started. */
export function courseOfNextStart(lines: readonly JournalLine[]): RunCourse {
  const course = buildCourse(lines);
  course.startAgain(undefined);
  return course;
}

function buildCourse(lines: readonly JournalLine[]): CourseBuilder {
  const course = new CourseBuilder();
  for (const line of lines) course.add(line);
  return course;
}
