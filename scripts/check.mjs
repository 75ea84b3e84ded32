// npm run check: type-checks and lints side by side, looking again only at what changed. The lint of npm run lint, which
// .ci/run calls, keeps no record: a rule that reads types can miss in a recorded file what a change elsewhere broke.
import { spawn } from 'node:child_process';
import { ensureInstalled } from './ensureInstalled.mjs';
import { root, typeChecks } from './steps.mjs';

const record = (name) => ['--cache', '--cache-location', `node_modules/.cache/${name}`];
const byContent = ['--cache-strategy', 'content'];
const lint = ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'];
const format = ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'];

ensureInstalled();
const checks = [
  [...lint, ...record('eslint/'), ...byContent],
  ...typeChecks,
  [...format, ...record('prettier/check'), ...byContent],
];
const exitCodes = await Promise.all(checks.map(run));
process.exitCode = exitCodes.every((code) => code === 0) ? 0 : 1;

/** Shows what a check says when it has ended, so that no two speak at once. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => said.push(part));
    child.on('error', reject);
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code);
    });
  });
}
