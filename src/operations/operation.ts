import type { Declaration, DeeplyReadonly, Secrets } from '../contract/declaration';
import type { Watch } from '../contract/events';

export interface OperationContext extends Watch {
  readonly secrets: Secrets;
  /** The folder beside the output that keeps the journal and the saved state of the run. */
  readonly runFolder: string;
  /** True once the user asked to end now and keep what there is (an embedding then writes its release). */
  stopRequested(): boolean;
}

/** The work behind a declaration. The edges start operations and show what comes back; they never do the work themselves. */
export interface Operation<Request, Result> {
  readonly declaration: Declaration<string, Request, Result>;
  run(request: Request, context: OperationContext): Promise<DeeplyReadonly<Result>>;
}
