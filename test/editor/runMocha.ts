import { appendFileSync, writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

/**
 * What VS Code's extension host calls (extensionTestsPath): runs the bundled suites named in the environment and writes
 * their counts to a file, last. A host that dies on the way leaves no such file, and is thereby known to have failed.
 */
export async function run(): Promise<void> {
  const { FINGERPRINT_SUITE_FILES, FINGERPRINT_SUITE_RESULT } = process.env;
  if (!FINGERPRINT_SUITE_FILES || !FINGERPRINT_SUITE_RESULT)
    throw new Error('Start the suites with test/harness/editor/runSuites.ts.');
  printToFile();
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, failZero: true });
  for (const file of JSON.parse(FINGERPRINT_SUITE_FILES) as string[]) mocha.addFile(file);
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run((failures) => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      // A suite that is left out must not look like one that passed.
      const result = { passed: passes, failed: failures + pending };
      writeFileSync(FINGERPRINT_SUITE_RESULT, JSON.stringify(result));
      resolve(result.failed);
    });
  });
  if (failed > 0) throw new Error(`${failed} tests failed.`);
}

/** On the desktop the console reaches the terminal; in the npm-only host it does not, which therefore names a file. */
function printToFile(): void {
  const file = process.env.FINGERPRINT_SUITE_OUTPUT;
  if (!file) return;
  const print = (...values: unknown[]): void => appendFileSync(file, `${format(...values)}\n`);
  Object.assign(Mocha.reporters.Base, { consoleLog: print });
}
