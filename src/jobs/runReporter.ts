import { statSync } from 'node:fs';
import type { Progress } from '../common/progress';
import { savedStatePath } from './jobFile';
import { appendJournal, type News } from './journal';
import { sendToParent } from './parentChannel';
import { dropUnspeakable, ProgressPacer } from './progressPacer';

const parentIntervalMs = 250;
const journalIntervalMs = 1000;

/** Carries an operation's progress to the parent and into the journal, each at its own pace. */
export class RunReporter {
  private readonly toParent = new ProgressPacer(parentIntervalMs, (progress) => {
    void sendToParent({ type: 'progress', progress });
  });
  private readonly toJournal = new ProgressPacer(journalIntervalMs, (progress) => {
    this.noteSave();
    this.write({ type: 'progress', progress });
  });
  private savedAtMs: number | undefined;

  constructor(private readonly runFolder: string) {
    this.savedAtMs = this.readSaveTime();
  }

  report(progress: Progress): void {
    const speakable = dropUnspeakable(progress);
    this.toParent.push(speakable);
    const { note, ...values } = speakable;
    this.toJournal.push(values);
    if (note !== undefined) this.write({ type: 'note', text: note });
  }

  /** Writes a line of the journal. Work is worth more than its journal, so a line that cannot be written is let go. */
  write(news: News): void {
    try {
      appendJournal(this.runFolder, news);
    } catch {
      // The parent hears the news all the same.
    }
  }

  flush(): void {
    this.toParent.flush();
    this.toJournal.flush();
    this.noteSave();
  }

  private noteSave(): void {
    const savedAtMs = this.readSaveTime();
    if (savedAtMs === this.savedAtMs) return;
    this.savedAtMs = savedAtMs;
    if (savedAtMs !== undefined) this.write({ type: 'saved' });
  }

  private readSaveTime(): number | undefined {
    return statSync(savedStatePath(this.runFolder), { throwIfNoEntry: false })?.mtimeMs;
  }
}
