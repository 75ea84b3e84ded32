import { startJob } from '../jobs/parent/startJob';
import { withTemporaryRun } from '../jobs/runFolder/temporaryRun';
import type { Asked, Call } from './edge';
import { withInterrupts } from './interrupts';

/** Runs an operation in a child process that works in a given run folder, showing its news and obeying Ctrl-C. */
export async function runInChild<Request, Result>(
  call: Call,
  work: Asked<Request, Result>,
  run: { readonly runFolder: string; readonly retry: string },
): Promise<Result> {
  const sayWait = (): void => call.output.remark('Saving and stopping; press Ctrl-C again to stop at once.');
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
export async function runBriefly<Request, Result>(call: Call, work: Asked<Request, Result>): Promise<Result> {
  return withTemporaryRun((runFolder) =>
    runInChild(call, work, { runFolder, retry: 'run the same command again.' }),
  );
}
