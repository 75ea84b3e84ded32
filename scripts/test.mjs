// npm test: installs, type-checks, builds, and runs every test: those of Node, those of WebGPU, the suites inside VS Code's
// extension host, and the journey through the packaged extension. "npm test -- verify keyFile" builds and runs the files of
// the first two whose path holds one of these words, and type-checks nothing; "npm test -- webgpu" all of WebGPU.
import { sep } from 'node:path';
import { ensureInstalled } from './ensureInstalled.mjs';
import { build, checkTypes, giveUp, listTests, runTests, sayCounts } from './steps.mjs';
import { runWebgpuTests } from './webgpu.mjs';

ensureInstalled();
const words = process.argv.slice(2);
if (words.length === 0) checkTypes();
build('--tests', ...words);

const files = listTests();
if (files.length === 0)
  giveUp(`No test file has ${words.map((word) => `"${word}"`).join(' or ')} in its path.`);

const isOfWebgpu = (file) => file.includes(`${sep}webgpu${sep}`);
const ofWebgpu = files.filter(isOfWebgpu);
const ofNode = files.filter((file) => !isOfWebgpu(file));

/** Each part runs whatever became of the one before; the counts of all come last. */
const parts = [];
if (ofNode.length > 0) await runPart('tests of Node', () => runTests(ofNode));
if (ofWebgpu.length > 0) await runPart('WebGPU', () => runWebgpuTests(ofWebgpu));
if (words.length === 0) {
  // Imported late: these stand on packages that have to be installed first.
  await runPart('extension host', async () => (await import('./editor/runSuites.mjs')).runSuites());
  await runPart('journey in the editor', async () => (await import('./editor/journey.mjs')).runJourney());
}
process.stdout.write('\n');
for (const counts of parts) sayCounts(counts.name, counts);
const isGreen = ({ exitCode = 0, passed, failed, trouble }) =>
  exitCode === 0 && passed > 0 && failed === 0 && !trouble;
process.exitCode = parts.every(isGreen) ? 0 : 1;

async function runPart(name, run) {
  parts.push({ name, ...(await count(run)) });
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
