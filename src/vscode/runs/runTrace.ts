import type { RunEvent } from '../../contract/events';
import { phases } from '../../contract/phases';
import { isEvent, type JournalLine } from '../../jobs/runFolder/journal';
import type { RunView } from '../../protocol/panel/run';
import { sayPhase } from '../../words/phases';

/** The curves, saves and sentences of a run's journal, gathered once for the page. */
export interface RunTrace {
  readonly loss: RunView['loss'];
  readonly distance: RunView['distance'];
  readonly checks: RunView['checks'];
  readonly savedStep: number | null;
  readonly savedAtMs: number | undefined;
  /** Every sentence worth keeping. */
  readonly log: RunView['log'];
  /** Resident memory: what was expected in addition to the program, and the most of the whole process. */
  readonly memory: { readonly expectedBytes?: number; readonly peakBytes?: number };
}

interface Point {
  readonly step: number;
}

/** Gathers the lines of a journal. A resumed run goes back to its last save, and its curves with it. */
export function traceRun(lines: readonly JournalLine[]): RunTrace {
  const trace = new TraceBuilder();
  for (const line of lines) trace.add(line);
  return trace;
}

class TraceBuilder implements RunTrace {
  readonly loss: { step: number; value: number }[] = [];
  readonly distance: { step: number; value: number }[] = [];
  readonly checks: RunView['checks'][number][] = [];
  savedStep: number | null = null;
  savedAtMs: number | undefined;
  readonly log: { time: string; text: string }[] = [];
  memory: RunTrace['memory'] = {};

  add(line: JournalLine): void {
    if (isEvent(line)) this.hear(line, Date.parse(line.time));
    const text = describeLine(line);
    if (text !== undefined && text !== this.log.at(-1)?.text) this.log.push({ time: line.time, text });
  }

  private hear(event: RunEvent, atMs: number): void {
    if (event.type === 'step') this.step(event);
    else if (event.type === 'check') this.check(event);
    else if (event.type === 'saved') this.save(event.step, atMs);
    else if (event.type === 'memory') this.remember(event);
  }

  private step({ done: step, loss, kl }: Extract<RunEvent, { type: 'step' }>): void {
    if (step === undefined) return;
    if (loss !== undefined) pushStep(this.loss, { step, value: loss });
    if (kl !== undefined) pushStep(this.distance, { step, value: kl });
  }

  private check({ step, loss, recall, drift }: Extract<RunEvent, { type: 'check' }>): void {
    if (recall === undefined || drift === undefined) return;
    pushStep(this.checks, { step, loss: loss ?? null, recall, drift });
  }

  private remember({ expectedBytes, peakBytes }: Extract<RunEvent, { type: 'memory' }>): void {
    this.memory = {
      ...this.memory,
      ...(expectedBytes !== undefined && { expectedBytes }),
      ...(peakBytes !== undefined && { peakBytes }),
    };
  }

  private save(step: number, atMs: number): void {
    this.savedStep = step;
    this.savedAtMs = atMs;
  }
}

/** Adds a point after all those of smaller steps; later points belong to a part that was lost. */
function pushStep<P extends Point>(points: P[], point: P): void {
  while (points.length > 0 && points.at(-1)!.step >= point.step) points.pop();
  points.push(point);
}

function describeLine(line: JournalLine): string | undefined {
  switch (line.type) {
    case 'started':
      return `process ${line.pid} started`;
    case 'phase':
      return line.done === undefined ? sayPhase(line.phase) : `${sayPhase(line.phase)} ${line.done}`;
    case 'step':
      return describeStep(line);
    case 'check':
      return describeCheck(line);
    case 'saved':
      return 'state saved';
    case 'device':
      return `Device: ${line.reason}`;
    case 'memory':
    case 'note':
      return line.text;
    case 'error':
      return line.message;
    case 'ended':
      return `run ${line.status}`;
    case 'result':
      return undefined;
  }
}

function describeStep({ done, loss }: Extract<RunEvent, { type: 'step' }>): string | undefined {
  if (done === undefined) return undefined;
  return loss === undefined
    ? `${sayPhase(phases.training)} ${done}`
    : `step ${done}  loss ${loss.toFixed(3)}`;
}

function describeCheck({ step, recall, drift }: Extract<RunEvent, { type: 'check' }>): string | undefined {
  if (recall === undefined || drift === undefined) return undefined;
  return `step ${step}  check: ${Math.floor(100 * recall)} % of keys, drift ${drift.toFixed(4)}`;
}
