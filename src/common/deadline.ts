import { createContext, Script } from 'node:vm';

/** Work was interrupted because it took longer than it may. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';

  constructor(readonly limitMs: number) {
    super(`it takes longer than ${Math.round(limitMs / 1000)} seconds`);
  }
}

const room: { work: () => void } = { work: () => undefined };
const context = createContext(room);
const call = new Script('work()');
let isTimed = false;

/**
 * Runs synchronous work and interrupts it, wherever it is, once its time is over: a loop, a recursion or a
 * regular expression. Nothing of the work runs after that, not even what it would do `finally`. Within other
 * timed work it shares that deadline. A call starts a thread, so it costs up to some milliseconds.
 * @throws DeadlineExceeded; whatever the work throws.
 */
export function withDeadline<T>(limitMs: number, work: () => T): T {
  if (isTimed) return work();
  const outcome: { value?: T } = {};
  isTimed = true;
  room.work = () => void (outcome.value = work());
  try {
    call.runInContext(context, { timeout: Math.ceil(limitMs) });
    return outcome.value as T;
  } catch (error) {
    if (isTimeout(error)) throw new DeadlineExceeded(limitMs);
    throw error;
  } finally {
    isTimed = false;
    room.work = () => undefined;
  }
}

/** The error comes from the other context, so that it is no instance of this one's Error. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
