// Time and memory of one call of the command line. Models run in the command's own child process, so memory is read there.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './steps.mjs';

const lookEveryMs = 20;

/**
 * Runs `fingerprint-model` with --json arguments. Gives its last line (result or error), its seconds, the seconds until
 * progress first told of full recall (undefined: never), and the peak of its child's resident memory in bytes
 * (undefined where there is no /proc).
 */
export async function measureCommand(args, env) {
  const startMs = performance.now();
  const command = startNode([join('dist', 'cli.cjs'), ...args], env);
  const secondsNow = () => (performance.now() - startMs) / 1000;
  const measured = {};
  const look = setInterval(() => {
    for (const pid of listChildren(command.pid)) {
      const peakBytes = readPeakBytes(pid);
      if (peakBytes > (measured.peakBytes ?? 0)) measured.peakBytes = peakBytes;
    }
  }, lookEveryMs);
  const ended = new Promise((resolve, reject) => command.on('exit', resolve).on('error', reject));
  for await (const line of createInterface({ input: command.stdout })) {
    measured.result = JSON.parse(line);
    if (measured.result.recall >= 1) measured.secondsToFullRecall ??= secondsNow();
  }
  await ended;
  clearInterval(look);
  return { ...measured, seconds: secondsNow() };
}

/** The peak of the resident memory, in bytes, of Node with the engine loaded and no model (undefined without /proc). */
export async function measureEngineAlone() {
  const child = startNode(
    ['-e', 'require("onnxruntime-node"); console.log("loaded"); process.stdin.resume()'],
    {},
    'pipe',
  );
  for await (const _loaded of createInterface({ input: child.stdout })) break;
  const peakBytes = readPeakBytes(child.pid);
  child.kill();
  return peakBytes;
}

function startNode(args, env, stdin = 'ignore') {
  return spawn(process.execPath, args, {
    cwd: root,
    stdio: [stdin, 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

function listChildren(pid) {
  return readProc(`${pid}/task/${pid}/children`)?.trim().split(' ').filter(Boolean) ?? [];
}

function readPeakBytes(pid) {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** Processes come and go between two looks, and other systems have no /proc. */
function readProc(path) {
  try {
    return readFileSync(join('/proc', path), 'utf8');
  } catch {
    return undefined;
  }
}
