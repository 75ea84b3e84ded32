// Steps of a script: each runs in its own process, and the first that fails ends the script.
import { spawn, spawnSync } from 'node:child_process';
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

/**
 * The same beside other work. The output is shown as it comes or, where it would get between other lines, given at the end.
 * @returns the exit code, and what was not shown
 */
export function startNode(
  args: readonly string[],
  env: Environment,
  { keepsOutput }: { readonly keepsOutput: boolean },
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const [out, err] = keepsOutput ? (['pipe', 'pipe'] as const) : (['inherit', 'inherit'] as const);
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', out, err],
    env: { ...process.env, ...env },
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => output.push(data));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({
        exitCode: code ?? (signal === 'SIGINT' ? 130 : 1),
        output: Buffer.concat(output).toString('utf8'),
      }),
    );
  });
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
export async function checkTypes(): Promise<void> {
  const exitCode = await runTogether(typeChecks);
  if (exitCode !== 0) process.exit(exitCode);
}

/**
 * Runs Node several times side by side. What each prints is shown when it has ended, so that outputs do not mix.
 * @returns the first exit code that is not 0, or 0.
 */
export async function runTogether(commands: readonly (readonly string[])[]): Promise<number> {
  const exitCodes = await Promise.all(
    commands.map(async (args) => {
      const { exitCode, output } = await startNode(args, {}, { keepsOutput: true });
      process.stdout.write(output);
      return exitCode;
    }),
  );
  return exitCodes.find((code) => code !== 0) ?? 0;
}
