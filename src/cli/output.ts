import type { Writable } from 'node:stream';
import { systemErrorCode, UserError } from '../common/errors';
import { advanceProgress, type Progress, type RunEvent } from '../contract/events';
import { dropControls, escapeJsonControls } from '../words/escape';
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
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** One JSON object a line on standard output; the last one is the result or the error. */
export function createJsonOutput({ stdout }: Terminal): Output {
  const write = (line: object): void => void stdout.write(escapeJsonControls(JSON.stringify(line)) + '\n');
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

/**
 * For a user: progress and errors on standard error, the result on standard output. This is the one place where
 * words reach a terminal, and strangers' names and texts are among them, so every line loses its controls here.
 */
export function createHumanOutput({ stdout, stderr }: Terminal): Output {
  const isRedrawable = stderr.isTTY === true && process.env.TERM !== 'dumb';
  const clear = isRedrawable ? '\r\u001b[2K' : '';
  const say = (...lines: string[]): void => void stderr.write(clear + toLines(lines));
  let shown: Progress | undefined;
  return {
    event: (event) => {
      if (event.type === 'device' || event.type === 'memory' || event.type === 'note') say(sayNote(event));
      const before = shown?.phase;
      shown = advanceProgress(shown, event);
      if (shown === undefined) return;
      if (isRedrawable) stderr.write(clear + dropControls(formatProgress(shown, countColumns(stderr) - 1)));
      else if (shown.phase !== before) say(sayPhase(shown.phase));
    },
    remark: (sentence) => say(sentence),
    result: (_result, lines) => {
      stderr.write(clear);
      stdout.write(toLines(lines));
    },
    trouble: ({ message, next }) => say(message, next),
  };
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${dropControls(line)}\n`).join('');
}

/** Some terminals (a console over a serial line, a bare pseudoterminal) report 0 columns. */
function countColumns({ columns }: Terminal['stderr']): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** What is known of a standard output that could not be written; undefined while all is well. */
export interface WriteWatch {
  /** Waits until everything is written. Returns why something was not, unless its reader has gone. */
  findFault(): Promise<UserError | undefined>;
}

/** How writing fails when there is nobody to read: `| head`, a closed terminal. */
const lostReader = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/**
 * Notes what goes wrong when results are written. A reader that has gone does not end the work and needs no
 * message; anything else, such as a full disk, means that a result is lost.
 */
export function watchWriting({ stdout, stderr }: Terminal): WriteWatch {
  let first: unknown;
  stdout.on('error', (error) => (first ??= error));
  // There is nowhere left to say that standard error cannot be written.
  stderr.on('error', () => undefined);
  return {
    findFault: async () => {
      await new Promise<void>((settle) => stdout.write('', () => settle()));
      return first === undefined || isLostReader(first, stdout) ? undefined : asWriteFault(first);
    },
  };
}

function isLostReader(error: unknown, stdout: Writable & { readonly isTTY?: boolean }): boolean {
  const code = systemErrorCode(error) ?? '';
  return lostReader.has(code) || (code === 'EIO' && stdout.isTTY === true);
}

function asWriteFault(error: unknown): UserError {
  const code = systemErrorCode(error);
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const why = isFull ? 'the disk is full' : `the system reports ${code ?? 'an error'}`;
  return new UserError(
    isFull ? 'disk-full' : 'not-writable',
    `Not everything could be written to standard output: ${why}.`,
    `${isFull ? 'Free some space' : 'Send the output somewhere else'}, then run the same command again.`,
    { cause: error },
  );
}
