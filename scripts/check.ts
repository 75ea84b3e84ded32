// npm run check: type-checks and lints side by side, and only what changed. The lint of npm run lint, which
// .ci/run calls, has no cache: a cached result of a rule that reads types can miss what a change in another
// file broke.
import { spawn } from 'node:child_process';
import { root } from './common.mjs';
import { typeChecks } from './steps/node';

const record = (name: string): string[] => ['--cache', '--cache-location', `out/cache/${name}`];
const byContent = ['--cache-strategy', 'content'];
const lint = ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'];
const format = ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'];

export async function main(): Promise<void> {
  const checks = [
    [...lint, ...record('eslint/'), ...byContent],
    ...typeChecks,
    [...format, ...record('prettier/check'), ...byContent],
  ];
  const exitCodes = await Promise.all(checks.map(run));
  process.exitCode = exitCodes.every((code) => code === 0) ? 0 : 1;
}

/**
 * Prints a check's output when it has ended, so that outputs do not mix. Returns its exit code, null when it
 * was killed.
 */
function run(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        said.push(part);
      });
    child.on('error', reject);
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code);
    });
  });
}
