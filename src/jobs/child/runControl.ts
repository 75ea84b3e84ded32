import { ControlWatch } from '../runFolder/control';
import { refreshLock } from '../runFolder/lock';

/** How a run was ended before its work was done. */
type EarlyEnd = 'paused' | 'cancelled' | 'interrupted';

const checkIntervalMs = 250;
const refreshMs = 60_000;

/** Everything that a user (or the death of the parent) asked of the running operation, in one place. */
export class RunControl {
  private readonly controller = new AbortController();
  private readonly watch: ControlWatch;
  private readonly timer: NodeJS.Timeout;
  private parentPid: number | undefined;
  private stop = false;
  private end: EarlyEnd | undefined;
  private refreshedAtMs = Date.now();

  /** @param onEnding called once, when the operation is asked to save and end. */
  constructor(
    private readonly runFolder: string,
    private readonly onEnding: () => void,
  ) {
    this.watch = new ControlWatch(runFolder);
    this.timer = setInterval(() => this.check(), checkIntervalMs).unref();
  }

  /** Aborted when the operation has to save and end. Reading it checks for requests first. */
  get signal(): AbortSignal {
    this.check();
    return this.controller.signal;
  }

  /** Why the signal was aborted; the first reason counts. */
  get earlyEnd(): EarlyEnd | undefined {
    return this.end;
  }

  isStopRequested(): boolean {
    this.check();
    return this.stop;
  }

  /** From now on the death of this parent interrupts the run. */
  followParent(pid: number): void {
    this.parentPid = pid;
  }

  /** Asks the operation to save and end. */
  endEarly(end: EarlyEnd): void {
    if (this.end === undefined) this.onEnding();
    this.end ??= end;
    this.controller.abort();
  }

  /** Checks for requests. Work that blocks the event loop calls this (through its context) after every step. */
  check(): void {
    // An orphan gets another parent; while the event loop is blocked, no event reports that.
    if (this.parentPid !== undefined && process.ppid !== this.parentPid) this.endEarly('interrupted');
    this.refresh();
    const request = this.watch.check();
    if (request === 'stop') this.stop = true;
    else if (request !== undefined) this.endEarly(request === 'pause' ? 'paused' : 'cancelled');
  }

  /** Others see by the lock that this process still works. */
  private refresh(): void {
    const nowMs = Date.now();
    if (nowMs - this.refreshedAtMs < refreshMs) return;
    this.refreshedAtMs = nowMs;
    refreshLock(this.runFolder);
  }

  dispose(): void {
    clearInterval(this.timer);
  }
}
