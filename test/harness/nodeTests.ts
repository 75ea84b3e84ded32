// The bundled Node tests: lists and runs them, and prints the line that counts them.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '../../scripts/common.mjs';
import { startNode } from '../../scripts/steps/node';

/** How a part of the tests ended. With a `trouble` the counts are incomplete. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly exitCode?: number;
  readonly trouble?: string;
}

/** The end of a TAP report: # tests 7, # pass 6, # fail 1 and so on. */
const countLines = /(^# \w+ [\d.]+\n)+$/m;

/** The bundled test files under a folder of out/test, relative to the root. */
export function listTests(folder = '.'): string[] {
  const start = join(root, 'out', 'test', folder);
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.cjs'))
    .map((file) => relative(root, join(start, file)))
    .sort();
}

interface RunOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to show the output only when all is over, because something else is shown meanwhile. */
  readonly keepsOutput?: boolean;
}

/** Runs test files with Node's own runner. The counts come last whatever happens. */
export async function runTests(
  files: readonly string[],
  { env = {}, keepsOutput = false }: RunOptions = {},
): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-tests-'));
  const record = join(folder, 'record.tap');
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=tap', `--test-reporter-destination=${record}`],
  ];
  try {
    // Tests start child processes that compute on every core, so running more files at a time would only
    // cause disturbance.
    const { exitCode, output } = await startNode(
      ['--enable-source-maps', '--test', '--test-concurrency=2', ...reporters, ...files],
      env,
      { keepsOutput },
    );
    process.stdout.write(output);
    const counts = countLines.exec(readFileSync(record, 'utf8'))?.[0] ?? '';
    // After failures the spec reporter continues with their details.
    if (exitCode !== 0) process.stdout.write(`\n${counts}`);
    const read = (name: string): number =>
      Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(counts)?.[1] ?? 0);
    return { exitCode, passed: read('pass'), failed: read('fail') + read('cancelled') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One line for a part of the tests: "extension host: 12 passed, 0 failed". */
export function sayCounts(name: string, { passed, failed, trouble }: Counts): void {
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed${trouble ? ` (${trouble})` : ''}\n`);
}
