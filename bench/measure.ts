// Time and memory of one call of the command line. Models run in the command's child process, so that is
// where memory is measured.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { root } from '../scripts/common.mjs';
import { readMemory, watchChildren, type ChildMemory } from './childMemory';

/** The part that is read of a line that a command writes with --json. */
interface OutputLine {
  readonly type?: string;
  readonly message?: string;
  readonly phase?: string;
  readonly recall?: number;
  readonly verdict?: string;
  readonly stepsPerSecond?: number;
  readonly done?: number;
}

/** Measurements of a command, with the memory of its child process. */
export interface Measured extends ChildMemory {
  /** The last line, a result or an error. */
  readonly last: OutputLine | undefined;
  readonly seconds: number;
  /** Until progress first reported full recall. */
  readonly secondsToFullRecall: number | undefined;
  /** Training steps, and steps a second. */
  readonly steps: number | undefined;
  readonly stepsPerSecond: number | undefined;
}

type Environment = Readonly<Record<string, string>>;

/** Runs `fingerprint-model` with --json arguments. */
export async function measureCommand(args: readonly string[], env: Environment): Promise<Measured> {
  const startMs = performance.now();
  const command = startNode([join('dist', 'cli.cjs'), ...args], env);
  const secondsNow = (): number => (performance.now() - startMs) / 1000;
  const memory = watchChildren(command.pid, 'starting');
  const ended = new Promise((resolve, reject) => command.on('exit', resolve).on('error', reject));
  let last: OutputLine | undefined;
  let training: OutputLine | undefined;
  let secondsToFullRecall: number | undefined;
  for await (const text of createInterface({ input: command.stdout })) {
    last = JSON.parse(text) as OutputLine;
    if ((last.recall ?? 0) >= 1) secondsToFullRecall ??= secondsNow();
    if (last.phase !== undefined) memory.enter(last.phase);
    if ((last.stepsPerSecond ?? 0) > 0) training = last;
  }
  await ended;
  return {
    ...memory.stop(),
    last,
    seconds: secondsNow(),
    secondsToFullRecall,
    steps: training?.done,
    stepsPerSecond: training?.stepsPerSecond,
  };
}

/** Peak resident memory in bytes of Node with the engine loaded but no model (undefined without /proc). */
export async function measureEngineAlone(): Promise<number | undefined> {
  const script = 'require("onnxruntime-node"); console.log("loaded"); process.stdin.resume()';
  const child = startNode(['-e', script], {}, 'pipe');
  await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const memory = readMemory(child.pid);
  child.kill();
  return memory?.peakBytes;
}

function startNode(
  args: readonly string[],
  env: Environment,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcessByStdio<Writable | null, Readable, null> {
  return spawn(process.execPath, args, {
    cwd: root,
    stdio: [stdin, 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  }) as ChildProcessByStdio<Writable | null, Readable, null>;
}
