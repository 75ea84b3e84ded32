import type { ZodType } from 'zod';
import type { Watch } from '../common/progress';

/** What only the person at the keyboard knows. Travels over the child's private channel, never by file or argument. */
export interface Secrets {
  readonly passphrase?: string;
}

export interface OperationContext extends Watch {
  readonly secrets: Secrets;
  /** The folder beside the output that keeps the journal and the saved state of the run. */
  readonly runFolder: string;
  /** True once the user asked to end now and keep what there is (an embedding then writes its release). */
  stopRequested(): boolean;
}

/** One thing a user can ask for. The edges start operations and show what comes back; they never do the work themselves. */
export interface Operation<Request, Result> {
  readonly name: string;
  /** Parses a request that came from outside. */
  readonly request: ZodType<Request>;
  run(request: Request, context: OperationContext): Promise<Result>;
}
