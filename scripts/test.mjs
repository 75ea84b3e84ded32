// npm test: installs, type-checks, builds, and runs every test: those of Node, the suites inside VS Code's extension host,
// and the journey through the packaged extension. "npm test -- verify keyFile" runs the tests of Node whose path holds one
// of these words, and nothing else.
import { ensureInstalled } from './ensureInstalled.mjs';
import { build, giveUp, listTests, requireNode, runTests, sayCounts } from './steps.mjs';

ensureInstalled();
requireNode(['node_modules/typescript/bin/tsc', '--noEmit']);
requireNode(['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'webview']);
build('--tests');

const words = process.argv.slice(2);
const files = listTests().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (files.length === 0)
  giveUp(`No test file has ${words.map((word) => `"${word}"`).join(' or ')} in its path.`);
if (words.length > 0) process.exitCode = runTests(files).exitCode;
else await runEverything();

/** Each part runs whatever became of the one before; the counts of all come last. */
async function runEverything() {
  const parts = {
    'tests of Node': runTests(files),
    // Imported late: these stand on packages that have to be installed first.
    'extension host': await count(async () => (await import('./editor/runSuites.mjs')).runSuites()),
    'journey in the editor': await count(async () => (await import('./editor/journey.mjs')).runJourney()),
  };
  process.stdout.write('\n');
  for (const [name, counts] of Object.entries(parts)) sayCounts(name, counts);
  const isGreen = ({ exitCode = 0, passed, failed, trouble }) =>
    exitCode === 0 && passed > 0 && failed === 0 && !trouble;
  process.exitCode = Object.values(parts).every(isGreen) ? 0 : 1;
}

/** A part that could not run at all has failed. */
async function count(run) {
  try {
    return await run();
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    return { passed: 0, failed: 1, trouble: error.message.split('\n', 1)[0] };
  }
}
