// What the scripts share: they are steps that run one after the other and end at the first that fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How a TAP report ends: # tests 7, # pass 6, # fail 1 and so on. */
const countLines = /(^# \w+ [\d.]+\n)+$/m;

/** Ends the process with a sentence. */
export function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Runs Node in the root of the repository, showing what it prints and giving it nothing to read; returns its exit code. */
export function runNode(args, env = {}) {
  const { status, signal, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

/** The same for a step without which there is nothing more to do. */
export function requireNode(args, env) {
  const exitCode = runNode(args, env);
  if (exitCode !== 0) process.exit(exitCode);
}

/** Bundles the product; with `--tests` the tests too, or behind it those whose path holds one of the words. */
export function build(...args) {
  requireNode(['esbuild.mjs', ...args]);
}

/** What Node runs to check the types of the host's half and of the page's; what did not change is not looked at again. */
export const typeChecks = ['.', 'webview'].map((project) => [
  ...['node_modules/typescript/bin/tsc', '--noEmit', '-p', project],
]);

/** Type-checks everything, or ends the process. */
export function checkTypes() {
  for (const check of typeChecks) requireNode(check);
}

/** The bundled test files under a folder of out/test, relative to the root. */
export function listTests(folder = '.') {
  const start = join(root, 'out', 'test', folder);
  return readdirSync(start, { recursive: true })
    .filter((file) => file.endsWith('.test.cjs'))
    .map((file) => relative(root, join(start, file)))
    .sort();
}

/**
 * Runs test files with Node's own runner, whose counts come last whatever happens, with `env` added to the environment.
 * Returns { exitCode, passed, failed }.
 */
export function runTests(files, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-tests-'));
  const record = join(folder, 'record.tap');
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${record}`],
  ];
  try {
    // Tests start child processes that compute on every core, so more files at a time would only disturb each other.
    const exitCode = runNode(
      ['--enable-source-maps', '--test', '--test-concurrency=2', ...reporters, ...files],
      env,
    );
    const counts = readFileSync(record, 'utf8').match(countLines)?.[0] ?? '';
    // After failures the spec reporter goes on with their details.
    if (exitCode !== 0) process.stdout.write(`\n${counts}`);
    const read = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(counts)?.[1] ?? 0);
    return { exitCode, passed: read('pass'), failed: read('fail') + read('cancelled') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line for a part of the tests: "extension host: 12 passed, 0 failed". */
export function sayCounts(name, { passed, failed, trouble }) {
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed${trouble ? ` (${trouble})` : ''}\n`);
}
