// Steps that run one after the other, each a process of its own, and end the script at the first that fails.
import { spawnSync } from 'node:child_process';
import { root } from '../common.mjs';

type Environment = Readonly<Record<string, string>>;

/** Runs Node in the root of the repository, showing what it prints and giving it nothing to read; returns its exit code. */
export function runNode(args: readonly string[], env: Environment = {}): number {
  const { status, signal, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

/** The same for a step without which there is nothing more to do. */
export function requireNode(args: readonly string[], env?: Environment): void {
  const exitCode = runNode(args, env);
  if (exitCode !== 0) process.exit(exitCode);
}

/** Bundles the product; with `--tests` the tests too, or behind it those whose path holds one of the words. */
export function build(...args: readonly string[]): void {
  requireNode(['esbuild.mjs', ...args]);
}

/** What Node runs to check the types of each half: the host's, the page's, and that of scripts and harness. What did not change is not looked at again. */
export const typeChecks: readonly (readonly string[])[] = ['.', 'webview', 'scripts'].map((project) => [
  ...['node_modules/typescript/bin/tsc', '--noEmit', '-p', project],
]);

/** Type-checks everything, or ends the process. */
export function checkTypes(): void {
  for (const check of typeChecks) requireNode(check);
}
