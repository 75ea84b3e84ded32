/** The assumed length of a check before the first, in steps. */
const usualCheck = 1.5;
/**
 * Writing the copy and reading it back takes about as long as this many steps of the whole run (SmolLM2-135M:
 * 20 s of 2.7 s each).
 */
const stepsOfTail = 7;
/**
 * Learned keys rest, so steps in the second half of a schedule take about this share of those in the first
 * (there 0.74).
 */
const laterShare = 0.8;
/** Only the latest steps predict the next ones: the first are slower, and learned keys rest. */
const stepsRemembered = 6;

interface TimeLeft {
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

/** Estimates how long a run will take from its steps and checks so far. */
export class TrainingClock {
  private readonly started = performance.now();
  private last = this.started;
  private checkMs: number | undefined;
  private readonly stepsMs: number[] = [];
  private stepsTaken = 0;
  private estimated: { readonly atMs: number; readonly secondsLeft: number } | undefined;

  tookStep(): void {
    this.stepsTaken++;
    this.stepsMs.push(this.lap());
    if (this.stepsMs.length > stepsRemembered) this.stepsMs.shift();
  }

  tookCheck(): void {
    this.checkMs = this.lap();
  }

  /** To the end of the whole run, with `steps` and `checks` to come in a schedule of `total` steps. */
  estimate(steps: number, checks: number, total: number): TimeLeft {
    const atMs = performance.now();
    const stepMs = this.stepMs() ?? 0;
    const later = steps > total / 2 ? total / 2 : 0;
    const training = (steps - (1 - laterShare) * later) * stepMs;
    const checking = checks * (this.checkMs ?? usualCheck * stepMs);
    const meanMs = (atMs - this.started) / Math.max(1, this.stepsTaken);
    const secondsLeft = (training + checking + stepsOfTail * meanMs) / 1000;
    this.estimated = { atMs, secondsLeft };
    return { stepsPerSecond: 1000 / meanMs, secondsLeft };
  }

  /** Within a step or the check after it: about how much of the step is done, and what remains of the last estimate. */
  sinceEstimate(): { part: number; secondsLeft?: number } {
    const nowMs = performance.now();
    const stepMs = this.stepMs();
    const { atMs, secondsLeft } = this.estimated ?? { atMs: this.started, secondsLeft: undefined };
    return {
      part: stepMs === undefined ? 0 : Math.min(0.99, (nowMs - atMs) / stepMs),
      ...(secondsLeft !== undefined && { secondsLeft: Math.max(0, secondsLeft - (nowMs - atMs) / 1000) }),
    };
  }

  private stepMs(): number | undefined {
    const { stepsMs } = this;
    return stepsMs.length === 0 ? undefined : stepsMs.reduce((sum, ms) => sum + ms, 0) / stepsMs.length;
  }

  private lap(): number {
    const now = performance.now();
    const took = now - this.last;
    this.last = now;
    return took;
  }
}
