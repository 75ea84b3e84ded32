import type { Progress } from '../common/progress';

/**
 * Passes progress on at most once an interval. News held back is merged, so that a value reported once (a recall at a
 * check) is not lost to the next report; a note and a check go through at once, with everything held back.
 */
export class ProgressPacer {
  private held: Progress | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastPassedMs = -Infinity;

  constructor(
    private readonly intervalMs: number,
    private readonly pass: (progress: Progress) => void,
  ) {}

  push(progress: Progress): void {
    this.held = this.held?.phase === progress.phase ? { ...this.held, ...progress } : progress;
    const waitMs = this.lastPassedMs + this.intervalMs - Date.now();
    if (waitMs <= 0 || isWorthALine(progress)) this.flush();
    // Work that blocks the event loop never lets the timer fire; the clock above then does its job.
    else this.timer ??= setTimeout(() => this.flush(), waitMs).unref();
  }

  /** Passes on what is held back, now. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const held = this.held;
    if (held === undefined) return;
    this.held = undefined;
    this.lastPassedMs = Date.now();
    this.pass(held);
  }
}

function isWorthALine({ note, checkedStep }: Progress): boolean {
  return note !== undefined || checkedStep !== undefined;
}

/** The same news without numbers that JSON cannot carry (a loss that is no longer finite). */
export function dropUnspeakable(progress: Progress): Progress {
  const speakable = Object.entries(progress).filter(
    ([, value]) => value !== undefined && (typeof value !== 'number' || Number.isFinite(value)),
  );
  return { ...(Object.fromEntries(speakable) as Partial<Progress>), phase: progress.phase };
}
