/** How soon a change has to be on the page. */
export type Urgency = 'asked' | 'news';

/** At most four snapshots a second after what a person did, two for what happens by itself. */
const intervalsMs: Readonly<Record<Urgency, number>> = { asked: 250, news: 500 };
/** Changes that come together are shown together. */
const gatherMs = 20;

/**
 * Sends snapshots of something that changes, each made when it is sent: changes in between are not lost, only shown together.
 * Nothing is made or sent
 * before somebody can see it, and while nobody can.
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

  /** Something changed meanwhile. */
  private catchUp(): void {
    if (this.isStale) this.request('asked');
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dueMs = Infinity;
  }
}
