import type { DeeplyReadonly, RequestOf, ResultOf, Secrets } from '../contract/declaration';
import type { changePassphrase } from '../contract/declarations/changePassphrase';
import type { exportKeySet } from '../contract/declarations/exportKeySet';
import type { importKeys } from '../contract/declarations/importKeys';
import type { inspect } from '../contract/declarations/inspect';
import type { showKeySet } from '../contract/declarations/showKeySet';
import type { Output, Terminal } from './output';

/** An operation that is quick and runs no model, so it needs no child process. */
type Local<Declared> = (
  request: RequestOf<Declared>,
  secrets: Secrets,
) => Promise<DeeplyReadonly<ResultOf<Declared>>>;

interface LocalOperations {
  readonly inspect: Local<typeof inspect>;
  readonly showKeySet: Local<typeof showKeySet>;
  readonly exportKeySet: Local<typeof exportKeySet>;
  readonly importKeys: Local<typeof importKeys>;
  readonly changePassphrase: Local<typeof changePassphrase>;
}

/** Everything that the command line needs from outside. */
export interface Edge extends Terminal {
  /** The bundled runner of child processes. */
  readonly runnerPath: string;
  readonly local: LocalOperations;
}

/** One call of the command line. */
export interface Call extends Edge {
  readonly output: Output;
  /** The exit code when nothing is thrown. */
  exitCode: number;
}
