// npm run check: type-checks and lints side by side, and only what changed. The lint of npm run lint, which
// .ci/run calls, has no cache: a cached result of a rule that reads types can miss what a change in another
// file broke.
import { runTogether, typeChecks } from './steps/node';

const record = (name: string): string[] => ['--cache', '--cache-location', `out/cache/${name}`];
const byContent = ['--cache-strategy', 'content'];
const lint = ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'];
const format = ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'];

export async function main(): Promise<void> {
  process.exitCode = await runTogether([
    [...lint, ...record('eslint/'), ...byContent],
    ...typeChecks,
    [...format, ...record('prettier/check'), ...byContent],
  ]);
}
