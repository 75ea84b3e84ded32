/** Acts at once, and then at most once an interval; the last call is never lost. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;
  private isAsked = false;

  constructor(
    private readonly intervalMs: number,
    private readonly act: () => void,
  ) {}

  call(): void {
    if (this.timer !== undefined) {
      this.isAsked = true;
      return;
    }
    this.act();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const isAsked = this.isAsked;
      this.isAsked = false;
      if (isAsked) this.call();
    }, this.intervalMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
