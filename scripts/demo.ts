// npm run demo: installs, builds, then marks the sample model with the real command line, verifies it and
// measures the drift. Works in ./demo, which is replaced at each run; never prompts.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './common.mjs';
import { build, runNode } from './steps/node';

const passphrase = 'demo passphrase, known to everybody';
const model = join('media', 'sample-model');
const keys = join('demo', 'sample.fpkeys');
const marked = join('demo', 'marked-model');
const report = join('demo', 'report');
/** embed wrote a copy and reported how it falls short: the tests that follow show it too. */
const notReady = 4;

export function main(): void {
  build();
  rmSync(join(root, 'demo'), { recursive: true, force: true });
  mkdirSync(join(root, 'demo'));

  say(
    'The key set of this demonstration has a passphrase that everybody knows; take your own for a real one.',
  );
  step('64 secret keys are drawn from the sample model', [
    ...['keys', 'create', '--model', model, '--count', '64', '--out', keys],
  ]);
  step('They are put into a copy of it', ['embed', '--model', model, '--keys', keys, '--out', marked]);
  step('The copy is tested for them', [
    ...['verify', '--model', marked, '--keys', keys, '--base', model, '--report', report],
  ]);
  step('What it cost is measured', ['drift', '--base', model, '--model', marked, '--report', report]);
  say('\nOpen the reports in a browser:');
  for (const name of ['verify', 'drift']) say(`  ${join(root, report, `${name}.fpreport.html`)}`);
}

/** Runs one command. A command that fails prints the reason itself; the demo then ends with its exit code. */
function step(title: string, args: readonly string[]): void {
  const shown = args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)).join(' ');
  say(`\n${title}:\n$ npx fingerprint-model ${shown}`);
  const exitCode = runNode([join('dist', 'cli.cjs'), ...args], { FINGERPRINT_PASSPHRASE: passphrase });
  if (exitCode !== 0 && exitCode !== notReady) process.exit(exitCode);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
