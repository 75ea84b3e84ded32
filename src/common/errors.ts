import type { Reason } from './reasons';

/**
 * What went wrong, in a form that the edges turn into words once. `message` is one clear sentence for a
 * person (what happened, with the name of the file or value); `next` is the next step that they can take.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    /** For programs. */
    readonly reason: Reason,
    message: string,
    readonly next: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Thrown by long work when its signal was aborted; never shown as a failure. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('Cancelled.');
  }
}

/** Throws {@link Cancelled} when the signal is aborted. Long loops call it once a step. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Cancelled();
}

/** The `code` of a Node.js system error (`ENOENT`, `ENOSPC`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A whole number in an error's message: "24 576", with the narrow no-break spaces of `words`, which this room may not import. */
export function groupDigits(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', '\u202f');
}
