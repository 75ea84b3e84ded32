import { spawn, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { runnerEnvironment } from '../../../jobs/parent/childProcess';
import { formatCounted } from '../../../words/numbers';
import type { FoundProblem } from '../found';
import type { Findings, Kind, Question, ReaderMessage } from './messages';

/** How long the process that reads may take, and how much memory. */
interface ReaderLimits {
  /** To start, which a busy computer makes slow. */
  readonly startMs: number;
  /** To read one folder or file; a model of 36,000 tensors takes a second, several on a busy computer. */
  readonly readMs: number;
  /** Without a question it ends. */
  readonly idleMs: number;
  /** Of its heap. Large headers take half of it. */
  readonly heapMegabytes: number;
}

const usualLimits: ReaderLimits = { startMs: 30_000, readMs: 8000, idleMs: 10_000, heapMegabytes: 384 };

const mostFailedStarts = 2;

export interface FolderReaderOptions {
  /** The bundled reader.ts. */
  readonly readerPath: string;
  /** Errors that nobody foresaw; the row of the item says only that there was one. */
  readonly log: (line: string) => void;
  readonly limits?: Partial<ReaderLimits>;
}

/**
 * Reads checkpoints, their digests, key sets and reports of a workspace in a process of its own, which is started at the first
 * question, killed when it does not answer in time, and ended when nobody asks. What hangs it, fills it or
 * crashes it becomes a problem of that one item.
 */
export class FolderReader {
  private readonly limits: ReaderLimits;
  private child: Promise<ChildProcess> | undefined;
  private idle: NodeJS.Timeout | undefined;
  /** One question at a time: the answer then needs no number, and the time is that of one item. */
  private last: Promise<unknown> = Promise.resolve();
  private failedStarts = 0;
  private isDisposed = false;

  constructor(private readonly options: FolderReaderOptions) {
    this.limits = { ...usualLimits, ...options.limits };
  }

  /** Never rejects: whatever goes wrong is a problem of the item. */
  look<K extends Kind>(kind: K, path: string): Promise<Findings[K]> {
    const asked = this.last.then(() => this.ask({ kind, path }));
    this.last = asked;
    return asked as Promise<Findings[K]>;
  }

  /** A process that could not be started is tried again. */
  tryAgain(): void {
    this.failedStarts = 0;
  }

  dispose(): void {
    this.isDisposed = true;
    this.end();
  }

  private async ask(question: Question): Promise<Findings[Kind]> {
    clearTimeout(this.idle);
    try {
      if (this.isDisposed) return describeUnread(question, notStarted);
      // Not once for each of hundreds of folders.
      if (this.failedStarts >= mostFailedStarts) return describeUnread(question, notStarted);
      const child = await (this.child ??= this.start());
      const message = await hear(child, this.limits.readMs, () => child.send(question));
      if (message === 'silent') return this.giveUp(question, tooSlow(this.limits.readMs));
      if (message === 'ended') return this.giveUp(question, ended(this.limits.heapMegabytes));
      if (message.type !== 'answer') throw new Error('The reader gave no answer.');
      message.unforeseen.forEach((line) => this.options.log(line));
      return message.found;
    } catch (error) {
      this.options.log(`${question.path}: ${String(error)}`);
      return this.giveUp(question, notStarted);
    } finally {
      this.idle = setTimeout(() => this.end(), this.limits.idleMs).unref();
    }
  }

  private async start(): Promise<ChildProcess> {
    const { startMs, heapMegabytes } = this.limits;
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${heapMegabytes}`, this.options.readerPath],
      // The serialisation keeps numbers that JSON has no word for.
      {
        env: runnerEnvironment(),
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        serialization: 'advanced',
        windowsHide: true,
      },
    );
    // Neither the process nor the channel to it keeps the editor from ending.
    child.unref();
    child.channel?.unref();
    child.on('error', () => undefined);
    const message = await hear(child, startMs);
    if (typeof message !== 'string') {
      this.failedStarts = 0;
      return child;
    }
    this.failedStarts++;
    child.kill('SIGKILL');
    throw new Error(`The process that reads folders did not start (${message}).`);
  }

  private giveUp(question: Question, problem: FoundProblem): Findings[Kind] {
    this.end();
    return describeUnread(question, problem);
  }

  private end(): void {
    clearTimeout(this.idle);
    void this.child?.then((child) => child.kill('SIGKILL')).catch(() => undefined);
    this.child = undefined;
  }
}

/** The next message of a child, or that there was none in time or ever. */
function hear(
  child: ChildProcess,
  mostMs: number,
  ask: () => void = () => undefined,
): Promise<ReaderMessage | 'silent' | 'ended'> {
  return new Promise((resolve) => {
    const settle = (heard: ReaderMessage | 'silent' | 'ended'): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
      resolve(heard);
    };
    const onMessage = (message: unknown): void => settle(message as ReaderMessage);
    const onEnd = (): void => settle('ended');
    const timer = setTimeout(() => settle('silent'), mostMs);
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
    if (child.exitCode !== null || child.signalCode !== null) settle('ended');
    else ask();
  });
}

/** What is shown of an item that could not be read. A report that cannot be read is not shown, and there is no digest. */
function describeUnread({ kind, path }: Question, problem: FoundProblem): Findings[Kind] {
  if (kind === 'report' || kind === 'digest') return undefined;
  const found = { path, name: basename(path), problem };
  // No verdict holds for what nobody could look at.
  return kind === 'keySet' ? found : { ...found, weightFiles: [], changedAtMs: Infinity };
}

function tooSlow(mostMs: number): FoundProblem {
  return {
    reason: 'took-too-long',
    message: `Reading it took longer than ${formatCounted(mostMs / 1000, 'second')}, so it was not read.`,
    next: 'Choose Refresh to try again. If it came from somebody else, it may be made to do this.',
    kind: 'damaged',
  };
}

function ended(heapMegabytes: number): FoundProblem {
  return {
    reason: 'out-of-memory',
    message: `Reading it takes more than ${heapMegabytes} MB of memory, or crashes the process that reads it.`,
    next: 'Choose Refresh to try again. If it came from somebody else, it may be made to do this.',
    kind: 'damaged',
  };
}

const notStarted: FoundProblem = {
  reason: 'child-crashed',
  message: 'The process that reads folders could not be started.',
  next: 'See the log, then choose Refresh to try again.',
  kind: 'damaged',
};
