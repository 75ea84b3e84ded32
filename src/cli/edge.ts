import type { Declaration, DeeplyReadonly, RequestOf, ResultOf, Secrets } from '../contract/declaration';
import type { declarations } from '../contract/declarations';
import type { Output, Terminal } from './output';

/** An operation, and what is asked of it. */
export interface Asked<Request, Result> {
  readonly operation: Declaration<string, Request, Result>;
  readonly request: Request;
  readonly secrets: Secrets;
}

/** The work of an operation that is quick and runs no model, so that it needs no child process. */
export type LocalWork<Request, Result> = (
  request: Request,
  secrets: Secrets,
) => Promise<DeeplyReadonly<Result>>;

/** Works by the names of their operations. */
export type LocalWorks = {
  readonly [Declared in (typeof declarations)[number] as Declared['name']]?: LocalWork<
    RequestOf<Declared>,
    ResultOf<Declared>
  >;
};

/** What the command line stands on. */
export interface Edge extends Terminal {
  /** The bundled runner of child processes. */
  readonly runnerPath: string;
  /** What does the work in place of the operations themselves, where tests want that. */
  readonly standIns?: LocalWorks;
}

/** One call of the command line. */
export interface Call extends Edge {
  readonly output: Output;
  /** The exit code when nothing is thrown. */
  exitCode: number;
}
