import type { Writable } from 'node:stream';
import type { Progress } from '../common/progress';
import { formatProgress } from './progressLine';

/** What went wrong, in the words of a UserError. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
  readonly next: string;
}

/** Where a command shows what it does. */
export interface Output {
  progress(progress: Progress): void;
  /** A sentence for a person at the terminal, beside the result. */
  remark(sentence: string): void;
  /** The result, as data and as lines for a person. */
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
  return {
    progress: (progress) => write({ ...progress, type: 'progress' }),
    remark: () => undefined,
    result: (result) => write({ ...result, type: 'result' }),
    trouble: ({ reason, message, next }) => write({ type: 'error', reason, message, next }),
  };
}

/** For a person: progress and trouble on standard error, the result on standard output. */
export function createHumanOutput({ stdout, stderr }: Terminal): Output {
  const isRedrawable = stderr.isTTY === true && process.env.TERM !== 'dumb';
  const clear = isRedrawable ? '\r\u001b[2K' : '';
  let shown: Progress | undefined;
  return {
    progress: ({ note, ...values }) => {
      if (note !== undefined) stderr.write(`${clear}${note}\n`);
      const isNewPhase = shown?.phase !== values.phase;
      shown = isNewPhase ? values : { ...shown, ...values };
      if (isRedrawable) stderr.write(clear + formatProgress(shown, countColumns(stderr) - 1));
      else if (isNewPhase) stderr.write(`${values.phase}\n`);
    },
    remark: (sentence) => void stderr.write(`${clear}${sentence}\n`),
    result: (_result, lines) => {
      stderr.write(clear);
      stdout.write(lines.map((line) => `${line}\n`).join(''));
    },
    trouble: ({ message, next }) => void stderr.write(`${clear}${message}\n${next}\n`),
  };
}

/** Some terminals (a console over a serial line, a bare pseudoterminal) say that they have 0 columns. */
function countColumns({ columns }: Terminal['stderr']): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}

/** A reader that went away (`| head`, a closed terminal) does not end the work and needs no words. */
export function ignoreLostReaders({ stdout, stderr }: Terminal): void {
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
}
