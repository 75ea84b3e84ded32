import type { operations } from '../../operations/all';
import type { Operation } from '../../operations/operation';

type Operations = typeof operations;

/** Everything that runs a model and so happens in a child process. */
export type RunKind = keyof Operations;

/** What a run of this kind is asked. */
export type RequestOf<Kind extends RunKind> =
  Operations[Kind] extends Operation<infer Request, unknown> ? Request : never;
