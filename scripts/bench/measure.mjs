// Time and memory of one call of the command line. Models run in the command's own child process, so memory is read there.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../steps.mjs';

const lookEveryMs = 20;

/**
 * Runs `fingerprint-model` with --json arguments. Gives its last line (result or error), its seconds, the seconds until
 * progress first told of full recall, its training steps and their number a second (undefined: none), and of its child's memory, in bytes (all undefined where there is
 * no /proc): `peakBytes` of what is resident, mapped files included; `privateBytes` at the peak of what no file holds; and
 * `phases`, both peaks for every phase that progress told of.
 */
export async function measureCommand(args, env) {
  const startMs = performance.now();
  const command = startNode([join('dist', 'cli.cjs'), ...args], env);
  const secondsNow = () => (performance.now() - startMs) / 1000;
  const measured = { phases: {} };
  let phase = 'starting';
  const look = setInterval(() => {
    for (const pid of listChildren(command.pid)) noteMemory(measured, phase, readMemory(pid));
  }, lookEveryMs);
  const ended = new Promise((resolve, reject) => command.on('exit', resolve).on('error', reject));
  for await (const line of createInterface({ input: command.stdout })) {
    measured.result = JSON.parse(line);
    if (measured.result.recall >= 1) measured.secondsToFullRecall ??= secondsNow();
    phase = measured.result.phase ?? phase;
    if (measured.result.stepsPerSecond > 0) {
      measured.stepsPerSecond = measured.result.stepsPerSecond;
      measured.steps = measured.result.done;
    }
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
  const { peakBytes } = readMemory(child.pid);
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

function noteMemory(measured, phase, { peakBytes, residentBytes, privateBytes }) {
  if (residentBytes === undefined) return;
  const largest = (before, now) => Math.max(before ?? 0, now);
  measured.peakBytes = largest(measured.peakBytes, peakBytes);
  measured.privateBytes = largest(measured.privateBytes, privateBytes);
  const known = (measured.phases[phase] ??= {});
  known.residentBytes = largest(known.residentBytes, residentBytes);
  known.privateBytes = largest(known.privateBytes, privateBytes);
}

function listChildren(pid) {
  return readProc(`${pid}/task/${pid}/children`)?.trim().split(' ').filter(Boolean) ?? [];
}

/** The kernel keeps the peak of everything resident (VmHWM) itself, but not that of the private part (RssAnon). */
function readMemory(pid) {
  const status = readProc(`${pid}/status`) ?? '';
  const read = (name) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  };
  return { peakBytes: read('VmHWM'), residentBytes: read('VmRSS'), privateBytes: read('RssAnon') };
}

/** Processes come and go between two looks, and other systems have no /proc. */
function readProc(path) {
  try {
    return readFileSync(join('/proc', path), 'utf8');
  } catch {
    return undefined;
  }
}
