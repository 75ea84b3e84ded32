import { spawn, type ChildProcess } from 'node:child_process';
import { hasTrait } from '../../contract/declarations';
import type { RunEvent } from '../../contract/events';
import type { Secrets } from '../../contract/declaration';
import { writeControl } from '../runFolder/control';
import { childMessageSchema, type ChildMessage, type ParentMessage } from '../messages';

/** Everything that a dead child leaves behind. */
export interface ChildEnd {
  /** Its last message, absent when it died without one. */
  readonly last?: Extract<ChildMessage, { type: 'result' | 'error' | 'ended' }>;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its standard error, at most 8,000 characters. */
  readonly errorOutput: string;
}

/** How long a child may take to save and end before stronger signals follow. */
export interface Patience {
  /** How long it may take to answer at all; a child caught in endless work never does. */
  readonly answerMs?: number;
  readonly cancelMs: number;
  readonly terminateMs: number;
}

export const defaultPatience: Patience = { answerMs: 5000, cancelMs: 120_000, terminateMs: 10_000 };

/**
 * The patience with an operation. One that saves on the way computes in calls of native code that take seconds on a
 * large model and let nothing be answered; killed in one, it would lose what it has learnt since the last save.
 */
export function patienceWith(operation: string): Patience {
  return hasTrait(operation, 'isResumable') ? { ...defaultPatience, answerMs: 60_000 } : defaultPatience;
}
export const errorOutputLimit = 8000;
/** Variables of the parent's environment that no child needs. */
const secretVariables = ['FINGERPRINT_PASSPHRASE', 'FINGERPRINT_NEW_PASSPHRASE', 'FINGERPRINT_SEED_FILE'];

/**
 * Starts the runner with the run folder as its only argument. In the extension host the executable is told to
 * act as Node.
 */
export function spawnRunner(runnerPath: string, runFolder: string): ChildProcess {
  return spawn(process.execPath, [runnerPath, runFolder], {
    env: runnerEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** A runner's environment: its parent's without secrets. */
export function runnerEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  for (const name of secretVariables) Reflect.deleteProperty(env, name);
  return env;
}

/** Gives the child its secrets once it is ready, passes its events on, and waits until it has ended. Never rejects. */
export function followChild(
  child: ChildProcess,
  secrets: Secrets,
  onEvent: (event: RunEvent) => void,
): Promise<ChildEnd> {
  return new Promise((resolve) => {
    let last: ChildEnd['last'];
    let errorOutput = '';
    const end = (code: number | null, signal: NodeJS.Signals | null): void =>
      resolve({ ...(last === undefined ? {} : { last }), code, signal, errorOutput });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errorOutput = (errorOutput + text).slice(-errorOutputLimit);
    });
    child.on('message', (received) => {
      const message = childMessageSchema.safeParse(received).data;
      if (message?.type === 'ready') sendToChild(child, { type: 'start', secrets: { ...secrets } });
      else if (message?.type === 'news') onEvent(message.event);
      else if (message !== undefined && message.type !== 'started' && message.type !== 'ending')
        last = message;
    });
    child.on('error', (error) => {
      errorOutput += error.message;
      if (child.pid === undefined) end(null, null);
    });
    child.on('close', end);
  });
}

/**
 * Ends the child when a signal of its run is aborted: a request to save and end, then SIGTERM, then SIGKILL. A
 * child that does not even answer gets SIGKILL at once.
 * @returns a function that stops watching the signals.
 */
export function endOnAbort(
  child: ChildProcess,
  run: {
    readonly runFolder: string;
    readonly signal?: AbortSignal | undefined;
    readonly killSignal?: AbortSignal | undefined;
    readonly patience: Patience;
  },
): () => void {
  const { answerMs, cancelMs, terminateMs } = run.patience;
  const timers: NodeJS.Timeout[] = [];
  const kill = (): void => void child.kill('SIGKILL');
  const terminate = (): void => {
    child.kill('SIGTERM');
    timers.push(setTimeout(kill, terminateMs));
  };
  let hasAnswered = false;
  child.on('message', (received) => {
    hasAnswered ||= childMessageSchema.safeParse(received).data?.type === 'ending';
  });
  const killSilent = (): void => {
    if (!hasAnswered) kill();
  };
  const cancel = (): void => {
    if (answerMs !== undefined) timers.push(setTimeout(killSilent, answerMs));
    timers.push(setTimeout(terminate, cancelMs));
    writeControl(run.runFolder, 'cancel').catch(terminate);
  };
  run.signal?.addEventListener('abort', cancel, { once: true });
  run.killSignal?.addEventListener('abort', kill, { once: true });
  if (run.signal?.aborted === true) cancel();
  return () => {
    run.signal?.removeEventListener('abort', cancel);
    run.killSignal?.removeEventListener('abort', kill);
    timers.forEach((timer) => clearTimeout(timer));
  };
}

export function sendToChild(child: ChildProcess, message: ParentMessage): void {
  // If the child has died, its end is explained elsewhere, so a failure to send is ignored.
  child.send(message, () => undefined);
}
