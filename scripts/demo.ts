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

  say('The demo key set has a publicly known passphrase; choose your own for a real one.');
  step('Draw 64 secret keys from the sample model', [
    ...['keys', 'create', '--model', model, '--count', '64', '--out', keys],
  ]);
  step('Train them into a copy of it', ['embed', '--model', model, '--keys', keys, '--out', marked]);
  step('Test the copy for them', [
    ...['verify', '--model', marked, '--keys', keys, '--base', model, '--report', report],
  ]);
  step('Measure what it cost', ['drift', '--base', model, '--model', marked, '--report', report]);
  say('\nOpen the reports in a browser:');
  for (const name of ['verify', 'drift'])
    say(`  ${join(root, report, `marked-model.${name}.fpreport.html`)}`);
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
