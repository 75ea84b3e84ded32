import type { RunEvent } from '../../contract/events';
import { EventPacer, dropNonFinite } from './eventPacer';
import { type News, appendJournal } from '../runFolder/journal';
import { sendToParent } from './parentChannel';

const parentIntervalMs = 250;
const journalIntervalMs = 1000;

/** Passes an operation's events to the parent and into the journal, each at its own pace. */
export class RunReporter {
  private readonly toParent = new EventPacer(parentIntervalMs, (event) => {
    void sendToParent({ type: 'news', event });
  });
  private readonly toJournal = new EventPacer(journalIntervalMs, (event) => this.write(event));

  constructor(private readonly runFolder: string) {}

  report(event: RunEvent): void {
    const finite = dropNonFinite(event);
    this.toParent.push(finite);
    this.toJournal.push(finite);
  }

  /** Writes a line of the journal. A failed journal write must not end the run. */
  write(news: News): void {
    try {
      appendJournal(this.runFolder, news);
    } catch {
      // The parent gets the news all the same.
    }
  }

  flush(): void {
    this.toParent.flush();
    this.toJournal.flush();
  }
}
