// npm test: installs, type-checks, builds, and runs every test: those of Node, those of WebGPU, the suites
// inside VS Code's extension host, and the journey through the packaged extension. "npm test -- verify
// keyFile" builds and runs only the Node and WebGPU test files whose path contains one of these words,
// without type-checking; "npm test -- webgpu" runs all WebGPU tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { listTests, runTests, sayCounts, type Counts } from '../test/harness/nodeTests';
import { runWebgpuTests } from '../test/harness/webgpu';
import { giveUp } from './common.mjs';
import { build, checkTypes } from './steps/node';

/** How a part ended. A part may replace the name under which it was started with a better one. */
type NamedCounts = Counts & { readonly name?: string };
type PartCounts = Required<Pick<NamedCounts, 'name'>> & Counts;

export async function main(words: readonly string[]): Promise<void> {
  useOwnState();
  if (words.length === 0) await checkTypes();
  build('--tests', ...words);
  const files = listTests();
  if (files.length === 0)
    giveUp(`No test file has ${words.map((word) => `"${word}"`).join(' or ')} in its path.`);

  const ofWebgpu = files.filter(isOfWebgpu);
  const ofNode = files.filter((file) => !isOfWebgpu(file));
  /** Every part runs whatever happened before; the counts of all come last. */
  const parts: PartCounts[] = [];
  if (ofNode.length > 0) parts.push(await count('tests of Node', () => runTests(ofNode)));
  const isWhole = words.length === 0;
  const runWebgpu = (): Promise<PartCounts> => count('WebGPU', () => runWebgpuTests(ofWebgpu, isWhole));
  if (isWhole) {
    // Imported late: the code that drives the editor takes a moment to load, and a few Node tests do not need
    // it.
    parts.push(
      await count('extension host', async () =>
        (await import('../test/harness/editor/runSuites')).runSuites(),
      ),
    );
    // The journey waits for the page, and for runs, most of the time.
    const beside = runWebgpu();
    const journey = await count('journey in the editor', async () =>
      (await import('../test/harness/editor/journey')).runJourney(),
    );
    parts.push(await beside, journey);
  } else if (ofWebgpu.length > 0) parts.push(await runWebgpu());
  process.stdout.write('\n');
  for (const counts of parts) sayCounts(counts.name, counts);
  process.exitCode = parts.every(isGreen) ? 0 : 1;
}

/** What tests make must not be remembered by the installation of whoever runs them. */
function useOwnState(): void {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-tests-state-'));
  process.env.FINGERPRINT_STATE_DIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}

function isOfWebgpu(file: string): boolean {
  return file.includes(`${sep}webgpu${sep}`);
}

/** Runs a part; a part that cannot run at all has failed. */
async function count(name: string, run: () => NamedCounts | Promise<NamedCounts>): Promise<PartCounts> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    const { stack, message } = error as Error;
    process.stderr.write(`${stack}\n`);
    return { name, passed: 0, failed: 1, trouble: message.split('\n', 1)[0]! };
  }
}

function isGreen({ exitCode = 0, passed, failed, trouble }: Counts): boolean {
  return exitCode === 0 && passed > 0 && failed === 0 && !trouble;
}
