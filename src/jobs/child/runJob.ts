import { Cancelled, UserError } from '../../common/errors';
import { parseJson } from '../../common/files';
import type { Secrets } from '../../contract/declaration';
import { hasTrait } from '../../contract/declarations';
import type { Operation, OperationContext } from '../../operations/operation';
import { describeFailure } from '../failure';
import { jobPath, readJob, type Job } from '../runFolder/jobFile';
import { appendJournal } from '../runFolder/journal';
import { acquireLock, releaseLock } from '../runFolder/lock';
import { sealRun } from '../runFolder/seal';
import type { ChildMessage } from '../messages';
import { receiveSecrets, sendToParent } from './parentChannel';
import { RunControl } from './runControl';
import { RunReporter } from './runReporter';

type Operations = Readonly<Record<string, Operation<unknown, unknown>>>;

/** A child's last message: how its run ended. */
type Outcome = Extract<ChildMessage, { type: 'result' | 'error' | 'ended' }>;

const interruptedExitCode = 130;
/** How long an operation may take to save and end after its parent has ended. */
const orphanPatienceMs = 120_000;

/**
 * Runs the job of a run folder in this process, a child with an IPC channel to its parent.
 * @returns the exit code: 0 with a result, 1 with an error, 130 when ended early.
 */
export async function runJob(operations: Operations, runFolder: string): Promise<number> {
  const control = new RunControl(runFolder, () => void sendToParent({ type: 'ending' }));
  obeySignals(control);
  const secrets = await receiveSecrets();
  const outcome = await runLocked(operations, runFolder, control, secrets).catch(
    // The folder may belong to another process, so its journal is left alone.
    (error: unknown): Outcome => ({ type: 'error', ...describeFailure(error, runFolder) }),
  );
  control.dispose();
  await sendToParent(outcome);
  if (outcome.type === 'result') return 0;
  return outcome.type === 'error' ? 1 : interruptedExitCode;
}

async function runLocked(
  operations: Operations,
  runFolder: string,
  control: RunControl,
  secrets: Secrets,
): Promise<Outcome> {
  const job = await readJob(runFolder);
  if (job.detached !== true) endWithParent(control);
  acquireLock(runFolder);
  process.once('exit', () => releaseLock(runFolder));
  appendJournal(runFolder, { type: 'started', operation: job.operation, pid: process.pid });
  await sendToParent({ type: 'started' });
  const reporter = new RunReporter(runFolder);
  const outcome = await runOperation(operations, job, { runFolder, control, secrets, reporter });
  reporter.flush();
  reporter.write(outcome);
  if (outcome.type !== 'ended')
    reporter.write({ type: 'ended', status: outcome.type === 'result' ? 'done' : 'failed' });
  if (hasTrait(job.operation, 'isResumable')) sealRun(runFolder);
  return outcome;
}

interface Run {
  readonly runFolder: string;
  readonly control: RunControl;
  readonly secrets: Secrets;
  readonly reporter: RunReporter;
}

async function runOperation(operations: Operations, job: Job, run: Run): Promise<Outcome> {
  try {
    const operation = findOperation(operations, job);
    const request = parseJson(
      JSON.stringify(job.request ?? null),
      operation.declaration.request,
      jobPath(run.runFolder),
      'Start the run again from the command line.',
    );
    const result = await Promise.race([operation.run(request, makeContext(run)), nextStrayError()]);
    return { type: 'result', result };
  } catch (error) {
    if (error instanceof Cancelled) return { type: 'ended', status: run.control.earlyEnd ?? 'cancelled' };
    return { type: 'error', ...describeFailure(error, run.runFolder) };
  }
}

function makeContext({ runFolder, control, secrets, reporter }: Run): OperationContext {
  return {
    secrets,
    runFolder,
    get signal() {
      return control.signal;
    },
    report: (event) => {
      control.check();
      reporter.report(event);
    },
    stopRequested: () => control.isStopRequested(),
  };
}

function findOperation(operations: Operations, job: Job): Operation<unknown, unknown> {
  const operation = Object.hasOwn(operations, job.operation) ? operations[job.operation] : undefined;
  if (operation !== undefined) return operation;
  throw new UserError(
    'unknown-operation',
    `The run needs the operation "${job.operation}", which this version does not have.`,
    'Use the version of fingerprint-model that started the run.',
  );
}

/** Signals make the run save and end; a second one from the keyboard ends it at once. */
function obeySignals(control: RunControl): void {
  let interrupts = 0;
  process.on('SIGINT', () => {
    interrupts += 1;
    if (interrupts > 1) process.exit(interruptedExitCode);
    control.endEarly('cancelled');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => control.endEarly('cancelled'));
}

function endWithParent(control: RunControl): void {
  const end = (): void => {
    control.endEarly('interrupted');
    setTimeout(() => process.exit(1), orphanPatienceMs).unref();
  };
  process.once('disconnect', end);
  if (process.connected) control.followParent(process.ppid);
  else end();
}

/** Rejects with the first error that no code awaited, which ends the run instead of the process. */
function nextStrayError(): Promise<never> {
  return new Promise((_resolve, reject) => process.once('uncaughtException', reject));
}
