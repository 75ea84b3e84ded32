/** How soon the page has to show a change. */
export type Urgency = 'asked' | 'news';

/** At most four snapshots a second after a user's action, two for other changes. */
const intervalsMs: Readonly<Record<Urgency, number>> = { asked: 250, news: 500 };
/** Changes within this time are shown together. */
const gatherMs = 20;

/**
 * Sends snapshots of something that changes, each made when it is sent: changes in between are not lost, only
 * shown together. Nothing is made or sent while nobody can see it.
 */
export class SnapshotPacer {
  private timer: NodeJS.Timeout | undefined;
  private dueMs = Infinity;
  private lastSentMs = -Infinity;
  private isSending = false;
  private isVisible = false;
  private isStale = false;

  /** @param send makes and sends one snapshot; it never rejects. */
  constructor(private readonly send: () => Promise<void>) {}

  request(urgency: Urgency): void {
    this.isStale = true;
    const nowMs = Date.now();
    const dueMs = Math.max(nowMs + gatherMs, this.lastSentMs + intervalsMs[urgency]);
    if (!this.isVisible || dueMs >= this.dueMs) return;
    this.dueMs = dueMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.fire(), dueMs - nowMs);
  }

  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    if (!isVisible) this.stop();
    else this.catchUp();
  }

  dispose(): void {
    this.isVisible = false;
    this.stop();
  }

  private async fire(): Promise<void> {
    this.stop();
    if (this.isSending) return;
    this.isSending = true;
    this.isStale = false;
    this.lastSentMs = Date.now();
    await this.send();
    this.isSending = false;
    this.catchUp();
  }

  /** Sends another snapshot if something has changed since the last one. */
  private catchUp(): void {
    if (this.isStale) this.request('asked');
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dueMs = Infinity;
  }
}
