/** One step of news from long work. Every value is optional but the phase; units are in the names. */
export interface Progress {
  /** What is being done now, in words a user knows: "drawing keys", "training", "verifying". */
  readonly phase: string;
  readonly done?: number;
  readonly total?: number;
  /** How much of the next one is done, 0 to 1, where one of them takes seconds. */
  readonly part?: number;
  readonly loss?: number;
  /** Share of the keys that are answered, 0 to 1. */
  readonly recall?: number;
  /** Mean KL divergence from the base on held-back text, in nats a token. */
  readonly drift?: number;
  /** Of the ordinary text of this step, KL in nats a token. */
  readonly distance?: number;
  /** The step at which recall and drift were measured and the run was saved; only in the news of that very step. */
  readonly checkedStep?: number;
  readonly stepsPerSecond?: number;
  /** Of the whole run. */
  readonly secondsLeft?: number;
  /** A sentence worth keeping (a device choice with its reason, a warning). */
  readonly note?: string;
}

/** How much of a phase is done, 0 to 1; undefined when nobody counts. */
export function shareDone({ done, total, part = 0 }: Progress): number | undefined {
  if (done === undefined || total === undefined || total <= 0) return undefined;
  return Math.min(1, Math.max(0, (done + part) / total));
}

/** Reports a phase of which shares, 0 to 1, become known much more often than anybody wants to hear: once a hundredth. */
export function reportPercents(phase: string, watch: Watch): (share: number) => void {
  let reported = 0;
  return (share) => {
    const done = Math.min(100, Math.floor(100 * share));
    if (done <= reported) return;
    reported = done;
    watch.report({ phase, done, total: 100 });
  };
}

/** What long work gets from whoever started it. */
export interface Watch {
  readonly signal?: AbortSignal;
  report(progress: Progress): void;
}
