import type { ZodType } from 'zod';
import { startJob } from '../jobs/startJob';
import { withTemporaryRun } from '../jobs/temporaryRun';
import type { operations } from '../operations/all';
import type { Operation, Secrets } from '../operations/operation';
import type { Call } from './edge';
import { withInterrupts } from './interrupts';

type Operations = typeof operations;
export type OperationName = keyof Operations;

/** What an operation is asked. */
export type RequestOf<Name extends OperationName> =
  Operations[Name] extends Operation<infer Request, unknown> ? Request : never;

/** One operation to run in a child process. */
export interface ChildWork<Name extends OperationName, Result> {
  readonly operation: Name;
  readonly request: RequestOf<Name>;
  readonly secrets: Secrets;
  readonly result: ZodType<Result>;
}

/** Runs an operation in a child process that works in a given run folder, showing its progress and obeying Ctrl-C. */
export async function runInChild<Name extends OperationName, Result>(
  call: Call,
  work: ChildWork<Name, Result>,
  run: { readonly runFolder: string; readonly retry: string },
): Promise<Result> {
  const sayWait = (): void =>
    call.output.remark('Saving what there is and ending; press Ctrl-C again to end at once.');
  return withInterrupts(sayWait, (interrupts) =>
    startJob({
      ...work,
      ...run,
      ...interrupts,
      runnerPath: call.runnerPath,
      onProgress: (progress) => call.output.progress(progress),
    }),
  );
}

/** The same for short work, which keeps no run folder. */
export async function runBriefly<Name extends OperationName, Result>(
  call: Call,
  work: ChildWork<Name, Result>,
): Promise<Result> {
  return withTemporaryRun((runFolder) =>
    runInChild(call, work, { runFolder, retry: 'run the same command again.' }),
  );
}
