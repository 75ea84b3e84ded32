import type { Declaration, DeeplyReadonly, Secrets } from '../contract/declaration';
import type { Watch } from '../contract/events';

export interface OperationContext extends Watch {
  readonly secrets: Secrets;
  /** The folder beside the output with the run's journal and saved state. */
  readonly runFolder: string;
  /** True once the user asked to end now and keep the result so far (an embedding then writes its release). */
  stopRequested(): boolean;
}

/** The work behind a declaration. The edges start operations and show their results; they never do the work themselves. */
export interface Operation<Request, Result> {
  readonly declaration: Declaration<string, Request, Result>;
  run(request: Request, context: OperationContext): Promise<DeeplyReadonly<Result>>;
}
