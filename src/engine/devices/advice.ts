/** What is wrong with a device, in one sentence without its full stop, and how to fix it. */
export interface Advice {
  readonly fault: string;
  /** Sentences. */
  readonly fix: string;
  /** To be typed into a terminal, in this order; only what the fix speaks of. */
  readonly commands: readonly string[];
}
