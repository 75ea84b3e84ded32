import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { UserError } from '../../common/errors';
import type { Secrets } from '../../contract/declaration';
import { runnerEnvironment, sendToChild, type ChildEnd } from './childProcess';
import { openErrorOutput, readErrorOutput } from './errorOutput';
import { explainDeath } from './explainDeath';
import { childMessageSchema } from '../messages';
import { openRunFolder } from '../runFolder/openRunFolder';

interface DetachedStart {
  readonly runFolder: string;
  readonly operation: string;
  /** The request; the operation itself parses it. */
  readonly request: unknown;
  readonly secrets: Secrets;
  /** The bundled runner.ts. */
  readonly runnerPath: string;
  /** Threads the run computes with. */
  readonly threads: number;
  /** One sentence on what the user does when the child dies before it works. */
  readonly retry: string;
}

/** A child that continues without its parent. Its run folder says everything else. */
export interface DetachedChild {
  /** How it ended; known only while this process is alive. Never rejects. */
  readonly ended: Promise<ChildEnd>;
}

/**
 * Starts an operation in a process that outlives this one, and detaches from it once it works: from then on
 * the run folder's journal carries its events, and control.json steers it. It runs at lowered priority.
 * @throws UserError as openRunFolder; the child's own error if it could not begin; `out-of-memory`,
 * `child-killed` or `child-crashed`.
 */
export async function startDetached(start: DetachedStart): Promise<DetachedChild> {
  const { runFolder, operation, request, threads } = start;
  await openRunFolder(runFolder, { operation, request, detached: true, threads });
  const child = spawnDetached(start);
  const ended = waitForEnd(child, runFolder);
  let hasAnswered = false;
  const answered = handOver(child, start.secrets).finally(() => (hasAnswered = true));
  // A child that has answered, with work or with an error, says in its journal how it ends.
  const died = ended.then((end) => {
    if (!hasAnswered) throw explainDeath(end, runFolder, start.retry);
  });
  await Promise.race([answered, died]);
  if (child.connected) child.disconnect();
  child.unref();
  return { ended };
}

function spawnDetached({ runnerPath, runFolder, threads }: DetachedStart): ChildProcess {
  const errorOutput = openErrorOutput(runFolder);
  try {
    const child = spawn(process.execPath, [runnerPath, runFolder], {
      env: { ...runnerEnvironment(), FINGERPRINT_THREADS: String(threads) },
      stdio: ['ignore', 'ignore', errorOutput, 'ipc'],
      detached: true,
      windowsHide: true,
    });
    if (child.pid !== undefined) lowerPriority(child.pid);
    return child;
  } finally {
    closeSync(errorOutput);
  }
}

/** Threads inherit the priority of the thread that creates them, so this has to happen before the engine is loaded. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system may forbid this.
  }
}

/** Gives the child its secrets once it asks for them. Resolves when the child owns the run folder. */
function handOver(child: ChildProcess, secrets: Secrets): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (received) => {
      const message = childMessageSchema.safeParse(received).data;
      if (message?.type === 'ready') sendToChild(child, { type: 'start', secrets: { ...secrets } });
      else if (message?.type === 'started') resolve();
      else if (message?.type === 'error')
        reject(new UserError(message.reason, message.message, message.next));
    });
  });
}

function waitForEnd(child: ChildProcess, runFolder: string): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null, words = ''): void =>
      resolve({ code, signal, errorOutput: readErrorOutput(runFolder) + words });
    child.once('exit', end);
    child.once('error', (error) => {
      if (child.pid === undefined) end(null, null, error.message);
    });
  });
}
