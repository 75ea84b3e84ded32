import type { RunEvent } from '../../contract/events';

/** Events of which only the newest counts. */
type Paced = Extract<RunEvent, { type: 'phase' | 'step' }>;

/**
 * Passes events on. Events of which only the newest counts pass at most once an interval; those held back are
 * merged, so that no value in them is lost. All others pass at once, after whatever is held back.
 */
export class EventPacer {
  private held: Paced | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastPassedMs = -Infinity;

  constructor(
    private readonly intervalMs: number,
    private readonly pass: (event: RunEvent) => void,
  ) {}

  push(event: RunEvent): void {
    if (!isPaced(event)) {
      this.flush();
      this.pass(event);
      return;
    }
    this.held = this.held && isSameWork(this.held, event) ? { ...this.held, ...event } : event;
    const waitMs = this.lastPassedMs + this.intervalMs - Date.now();
    if (waitMs <= 0) this.flush();
    // Work that blocks the event loop never lets the timer fire; then the clock above does its job.
    else this.timer ??= setTimeout(() => this.flush(), waitMs).unref();
  }

  /** Passes on whatever is held back, now. */
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

function isPaced(event: RunEvent): event is Paced {
  return event.type === 'phase' || event.type === 'step';
}

function isSameWork(held: Paced, event: Paced): boolean {
  const phaseOf = (news: Paced): string => (news.type === 'phase' ? news.phase : news.type);
  return phaseOf(held) === phaseOf(event);
}

/** The same event without numbers that JSON cannot hold (a loss that is no longer finite). */
export function dropNonFinite(event: RunEvent): RunEvent {
  const speakable = Object.entries(event).filter(
    ([, value]) => typeof value !== 'number' || Number.isFinite(value),
  );
  return Object.fromEntries(speakable) as RunEvent;
}
