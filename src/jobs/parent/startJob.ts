import { Cancelled, throwIfCancelled, UserError } from '../../common/errors';
import type { RunEvent } from '../../contract/events';
import type { Declaration, Secrets } from '../../contract/declaration';
import {
  endOnAbort,
  followChild,
  patienceWith,
  spawnRunner,
  type ChildEnd,
  type Patience,
} from './childProcess';
import { explainDeath } from './explainDeath';
import { openRunFolder } from '../runFolder/openRunFolder';

export interface JobStart<Result> {
  readonly runFolder: string;
  readonly operation: Pick<Declaration<string, unknown, Result>, 'name' | 'result'>;
  /** The request; the operation itself parses it. */
  readonly request: unknown;
  readonly secrets: Secrets;
  /** The bundled runner.ts. */
  readonly runnerPath: string;
  /** One sentence on what the user does when the child has died. */
  readonly retry: string;
  onEvent(event: RunEvent): void;
  /** When aborted, the run saves and ends; a child that does not is killed after a while. */
  readonly signal?: AbortSignal | undefined;
  /** When aborted, the child is killed at once. */
  readonly killSignal?: AbortSignal | undefined;
  readonly patience?: Patience;
}

/**
 * Runs one operation in a child process and waits for its result.
 * @throws Cancelled when the run was cancelled or interrupted.
 * @throws UserError from the operation; `paused`, `already-running`, `child-killed`, `child-crashed`,
 * `no-such-folder`.
 */
export async function startJob<Result>(start: JobStart<Result>): Promise<Result> {
  throwIfCancelled(start.signal);
  const { operation, request } = start;
  await openRunFolder(start.runFolder, { operation: operation.name, request });
  const child = spawnRunner(start.runnerPath, start.runFolder);
  const stopWatching = endOnAbort(child, {
    ...start,
    patience: start.patience ?? patienceWith(operation.name),
  });
  try {
    const end = await followChild(child, start.secrets, (event) => start.onEvent(event));
    return readEnd(end, start);
  } finally {
    stopWatching();
  }
}

function readEnd<Result>(end: ChildEnd, start: JobStart<Result>): Result {
  const { last } = end;
  if (last?.type === 'result') return start.operation.result.parse(last.result);
  if (last?.type === 'error') throw new UserError(last.reason, last.message, last.next);
  if (last?.type === 'ended' && last.status === 'paused')
    throw new UserError('paused', 'The run was paused.', `To continue, ${start.retry}`);
  if (last !== undefined || start.signal?.aborted === true) throw new Cancelled();
  throw explainDeath(end, start.runFolder, start.retry);
}
