// Steps of a script: each runs in its own process, and the first that fails ends the script.
import { spawnSync } from 'node:child_process';
import { root } from '../common.mjs';

type Environment = Readonly<Record<string, string>>;

/** Runs Node in the root of the repository with its output shown and no input. Returns its exit code. */
export function runNode(args: readonly string[], env: Environment = {}): number {
  const { status, signal, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

/** The same for a step whose failure ends the script. */
function requireNode(args: readonly string[], env?: Environment): void {
  const exitCode = runNode(args, env);
  if (exitCode !== 0) process.exit(exitCode);
}

/** Bundles the product; with `--tests` the tests too, or only those whose path contains one of the words after it. */
export function build(...args: readonly string[]): void {
  requireNode(['esbuild.mjs', ...args]);
}

/**
 * Arguments with which Node type-checks each half: the host, the page, and scripts with the harness.
 * Unchanged halves are not checked again.
 */
export const typeChecks: readonly (readonly string[])[] = ['.', 'webview', 'scripts'].map((project) => [
  ...['node_modules/typescript/bin/tsc', '--noEmit', '-p', project],
]);

/** Type-checks everything, or ends the process. */
export function checkTypes(): void {
  for (const check of typeChecks) requireNode(check);
}
