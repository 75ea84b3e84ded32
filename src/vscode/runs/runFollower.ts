import { watch, type FSWatcher } from 'node:fs';
import type { Job } from '../../jobs/runFolder/jobFile';
import type { JournalLine } from '../../jobs/runFolder/journal';
import { JournalTail } from '../../jobs/runFolder/journalTail';
import { isAlive, type KnownRun } from './knownRun';
import { makeKnownRun } from './readKnownRun';

const readIntervalMs = 1000;
/** Lines within this time are reported together. */
const gatherMs = 100;

/** Follows a live run by its journal, and ends by itself when no process works on the run any more. */
export class RunFollower {
  readonly lines: JournalLine[] = [];
  /** Resolves with the run once no process works on it. */
  readonly ended: Promise<KnownRun>;
  private readonly tail: JournalTail;
  private readonly timer: NodeJS.Timeout;
  private readonly watcher: FSWatcher | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private looking = false;
  private told = '';
  private resolveEnd!: (run: KnownRun) => void;

  constructor(
    private readonly folder: string,
    private readonly job: Job,
    /** Whether a process works on the run, or its end is about to be recorded. */
    private readonly isLive: () => boolean,
    private readonly onNews: (run: KnownRun) => void,
  ) {
    this.tail = new JournalTail(folder);
    this.ended = new Promise((resolve) => (this.resolveEnd = resolve));
    this.timer = setInterval(() => void this.readNews(), readIntervalMs);
    this.watcher = watchFolder(folder, () => this.gather());
    void this.readNews();
  }

  /** Reads new lines now. */
  async readNews(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      // The lock is read first: a run that ends in between has then already recorded how it ended.
      const isLive = this.isLive();
      this.lines.push(...(await this.tail.readNews()));
      const run = makeKnownRun(this.folder, this.job, this.lines, isLive);
      this.tell(run);
      if (!isAlive(run)) this.end(run);
    } catch {
      // The disk is unavailable for a moment: try again at the next read.
    } finally {
      this.looking = false;
    }
  }

  dispose(): void {
    clearInterval(this.timer);
    clearTimeout(this.gathering);
    this.watcher?.close();
  }

  private gather(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.readNews();
    }, gatherMs);
  }

  private tell(run: KnownRun): void {
    const version = `${this.lines.length} ${run.state} ${run.isSaved}`;
    if (version === this.told) return;
    this.told = version;
    this.onNews(run);
  }

  private end(run: KnownRun): void {
    this.dispose();
    this.resolveEnd(run);
  }
}

/** Not every file system can be watched; then reading once a second is enough. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || name === 'journal.jsonl' || name === 'lock.json' || name === 'control.json')
        onChange();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}
