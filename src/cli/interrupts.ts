/** How a user at the keyboard interrupts long work. */
interface Interrupts {
  /** Aborted by the first Ctrl-C, by SIGTERM and by SIGHUP. */
  readonly signal: AbortSignal;
  /** Aborted by the second Ctrl-C. */
  readonly killSignal: AbortSignal;
}

/** Runs work that Ctrl-C asks to save and end, and that a second Ctrl-C ends at once. */
export async function withInterrupts<Result>(
  onFirst: () => void,
  work: (interrupts: Interrupts) => Promise<Result>,
): Promise<Result> {
  const cancel = new AbortController();
  const kill = new AbortController();
  const end = (): void => {
    if (!cancel.signal.aborted) onFirst();
    cancel.abort();
  };
  const interrupt = (): void => {
    if (cancel.signal.aborted) kill.abort();
    end();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', end).on('SIGHUP', end);
  try {
    return await work({ signal: cancel.signal, killSignal: kill.signal });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', end).off('SIGHUP', end);
  }
}
