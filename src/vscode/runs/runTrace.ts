import type { Progress } from '../../common/progress';
import type { JournalLine } from '../../jobs/journal';
import type { RunView } from '../../protocol/panel/run';
import { shareOfWork, works, type PhaseName, type Work } from './runPhases';

/** What a run's journal tells, gathered once for every view of it. */
export interface RunTrace {
  /** What processes before the present one worked on the run. */
  readonly earlierMs: number;
  /** When the present process began; undefined before it wrote anything. */
  readonly startedAtMs: number | undefined;
  /** When the last line was written. */
  readonly lastAtMs: number | undefined;
  readonly pid: number | undefined;
  /** When the present process came to each phase. */
  readonly phaseStarts: ReadonlyMap<PhaseName, number>;
  /** How much of the present phase is done, 0 to 1; never less than it was. */
  readonly phaseShare: number;
  /** The news of every line so far, later values over earlier ones. */
  readonly progress: Progress | undefined;
  readonly loss: RunView['loss'];
  readonly distance: RunView['distance'];
  readonly checks: RunView['checks'];
  readonly savedStep: number | null;
  readonly savedAtMs: number | undefined;
  /** Every sentence worth keeping. */
  readonly log: RunView['log'];
  /** "Device: …", in the process's own words. */
  readonly device: string | undefined;
}

interface Point {
  readonly step: number;
}

const devicePrefix = 'Device: ';

/** Gathers the lines of a journal. A resumed run goes back to its last save, and its curves with it. */
export function traceRun(lines: readonly JournalLine[]): RunTrace {
  const trace = new TraceBuilder();
  for (const line of lines) trace.add(line);
  return trace;
}

class TraceBuilder implements RunTrace {
  earlierMs = 0;
  startedAtMs: number | undefined;
  lastAtMs: number | undefined;
  pid: number | undefined;
  readonly phaseStarts = new Map<PhaseName, number>();
  phaseShare = 0;
  progress: Progress | undefined;
  readonly loss: { step: number; value: number }[] = [];
  readonly distance: { step: number; value: number }[] = [];
  readonly checks: RunView['checks'][number][] = [];
  savedStep: number | null = null;
  savedAtMs: number | undefined;
  readonly log: { time: string; text: string }[] = [];
  device: string | undefined;
  private isJustSaved = false;

  add(line: JournalLine): void {
    const atMs = Date.parse(line.time);
    this.take(line, atMs);
    this.lastAtMs = atMs;
    this.isJustSaved = line.type === 'saved';
    const text = describeLine(line);
    if (text !== undefined && text !== this.log.at(-1)?.text) this.log.push({ time: line.time, text });
  }

  private take(line: JournalLine, atMs: number): void {
    if (line.type === 'started') this.start(atMs, line.pid);
    else if (line.type === 'progress') this.advance(line.progress, atMs);
    else if (line.type === 'saved') this.save(this.progress?.done, atMs);
    else if (line.type === 'note' && line.text.startsWith(devicePrefix))
      this.device = line.text.slice(devicePrefix.length);
  }

  private start(atMs: number, pid: number): void {
    if (this.startedAtMs !== undefined) this.earlierMs += (this.lastAtMs ?? atMs) - this.startedAtMs;
    this.startedAtMs = atMs;
    this.pid = pid;
    this.phaseStarts.clear();
    this.progress = undefined;
  }

  private advance(progress: Progress, atMs: number): void {
    const work = works[progress.phase];
    if (work) this.enter(work, progress, atMs);
    this.progress = progress.phase === this.progress?.phase ? { ...this.progress, ...progress } : progress;
    const { done: step, loss, distance, checkedStep } = progress;
    if (work?.phase !== 'Train' || step === undefined) return;
    if (loss !== undefined) pushStep(this.loss, { step, value: loss });
    if (distance !== undefined) pushStep(this.distance, { step, value: distance });
    // The line behind a save tells the step at which it was made.
    if (this.isJustSaved) this.save(step, atMs);
    if (checkedStep !== undefined) this.check(checkedStep, progress, atMs);
  }

  private enter(work: Work, progress: Progress, atMs: number): void {
    const { phase } = work;
    if (!this.phaseStarts.has(phase)) {
      this.phaseStarts.set(phase, atMs);
      this.phaseShare = 0;
    }
    this.phaseShare = Math.max(this.phaseShare, shareOfWork(work, progress));
  }

  private check(step: number, { loss, recall, drift }: Progress, atMs: number): void {
    this.save(step, atMs);
    if (recall === undefined || drift === undefined) return;
    pushStep(this.checks, { step, loss: loss ?? null, recall, drift });
  }

  private save(step: number | undefined, atMs: number): void {
    this.savedStep = step ?? this.savedStep;
    this.savedAtMs = atMs;
  }
}

/** Adds a point behind all of smaller steps; what lies beyond it belongs to a part that was lost. */
function pushStep<P extends Point>(points: P[], point: P): void {
  while (points.length > 0 && points.at(-1)!.step >= point.step) points.pop();
  points.push(point);
}

function describeLine(line: JournalLine): string | undefined {
  switch (line.type) {
    case 'started':
      return `process ${line.pid} started`;
    case 'progress':
      return describeProgress(line.progress);
    case 'note':
      return line.text;
    case 'saved':
      return 'state saved';
    case 'error':
      return line.message;
    case 'ended':
      return `run ${line.status}`;
    case 'result':
      return undefined;
  }
}

function describeProgress({ phase, done, loss, recall, drift, checkedStep }: Progress): string {
  if (checkedStep !== undefined && recall !== undefined && drift !== undefined)
    return `step ${checkedStep}  check: ${Math.floor(100 * recall)} % of keys, drift ${drift.toFixed(4)}`;
  if (phase === 'training' && done !== undefined && loss !== undefined)
    return `step ${done}  loss ${loss.toFixed(3)}`;
  return done === undefined ? phase : `${phase} ${done}`;
}
