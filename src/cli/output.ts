import type { Writable } from 'node:stream';
import { advanceProgress, type Progress, type RunEvent } from '../contract/events';
import { sayPhase } from '../words/phases';
import { formatProgress } from './progressLine';

/** An error in the words of a UserError. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
  readonly next: string;
}

/** Where a command shows its work. */
export interface Output {
  event(event: RunEvent): void;
  /** Prints a sentence for a user at the terminal, beside the result. */
  remark(sentence: string): void;
  /** Prints the result, as data and as lines for a user. */
  result(result: object, lines: readonly string[]): void;
  trouble(trouble: Trouble): void;
}

export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** One JSON object a line on standard output; the last one is the result or the error. */
export function createJsonOutput({ stdout }: Terminal): Output {
  const write = (line: object): void => void stdout.write(JSON.stringify(line) + '\n');
  let shown: Progress | undefined;
  return {
    event: (event) => {
      shown = advanceProgress(shown, event);
      const told = describeEvent(event, shown);
      if (told) write({ ...told, type: 'progress' });
    },
    remark: () => undefined,
    result: (result) => write({ ...result, type: 'result' }),
    trouble: ({ reason, message, next }) => write({ type: 'error', reason, message, next }),
  };
}

/** An event in the words of the command line's JSON: the phase as users read it, and sentences as notes. */
function describeEvent(event: RunEvent, shown: Progress | undefined): object | undefined {
  const phase = shown && sayPhase(shown.phase);
  switch (event.type) {
    case 'phase': {
      const { done, total, part } = event;
      return { phase, done, total, part };
    }
    case 'step': {
      const { done, total, part, loss, kl: distance, recall, drift, stepsPerSecond, secondsLeft } = event;
      return { phase, done, total, part, loss, distance, recall, drift, stepsPerSecond, secondsLeft };
    }
    case 'check': {
      const { step, loss, recall, drift } = event;
      return { phase, done: step, total: shown?.total, loss, recall, drift, checkedStep: step };
    }
    case 'saved':
      return undefined;
    default:
      return { phase, note: sayNote(event) };
  }
}

/** A sentence that deserves its own line. */
function sayNote(event: Extract<RunEvent, { type: 'device' | 'memory' | 'note' }>): string {
  return event.type === 'device' ? `Device: ${event.reason}` : event.text;
}

/** For a user: progress and errors on standard error, the result on standard output. */
export function createHumanOutput({ stdout, stderr }: Terminal): Output {
  const isRedrawable = stderr.isTTY === true && process.env.TERM !== 'dumb';
  const clear = isRedrawable ? '\r\u001b[2K' : '';
  let shown: Progress | undefined;
  return {
    event: (event) => {
      if (event.type === 'device' || event.type === 'memory' || event.type === 'note')
        stderr.write(`${clear}${sayNote(event)}\n`);
      const before = shown?.phase;
      shown = advanceProgress(shown, event);
      if (shown === undefined) return;
      if (isRedrawable) stderr.write(clear + formatProgress(shown, countColumns(stderr) - 1));
      else if (shown.phase !== before) stderr.write(`${sayPhase(shown.phase)}\n`);
    },
    remark: (sentence) => void stderr.write(`${clear}${sentence}\n`),
    result: (_result, lines) => {
      stderr.write(clear);
      stdout.write(lines.map((line) => `${line}\n`).join(''));
    },
    trouble: ({ message, next }) => void stderr.write(`${clear}${message}\n${next}\n`),
  };
}

/** Some terminals (a console over a serial line, a bare pseudoterminal) report 0 columns. */
function countColumns({ columns }: Terminal['stderr']): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** A reader that has gone (`| head`, a closed terminal) does not end the work and needs no message. */
export function ignoreLostReaders({ stdout, stderr }: Terminal): void {
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
}
