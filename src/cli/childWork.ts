import type { Declaration, Secrets } from '../contract/declaration';
import { startJob } from '../jobs/startJob';
import { withTemporaryRun } from '../jobs/temporaryRun';
import type { Call } from './edge';
import { withInterrupts } from './interrupts';

/** One operation to run in a child process. */
interface ChildWork<Request, Result> {
  readonly operation: Declaration<string, Request, Result>;
  readonly request: Request;
  readonly secrets: Secrets;
}

/** Runs an operation in a child process in the given run folder. Shows its progress and obeys Ctrl-C. */
export async function runInChild<Request, Result>(
  call: Call,
  work: ChildWork<Request, Result>,
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
      onEvent: (event) => call.output.event(event),
    }),
  );
}

/** The same for short work, which keeps no run folder. */
export async function runBriefly<Request, Result>(
  call: Call,
  work: ChildWork<Request, Result>,
): Promise<Result> {
  return withTemporaryRun((runFolder) =>
    runInChild(call, work, { runFolder, retry: 'run the same command again.' }),
  );
}
