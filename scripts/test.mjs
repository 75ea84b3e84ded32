// npm test: installs, type-checks, builds, and runs every test; "npm test -- verify keyFile" runs the files whose path
// holds one of these words.
import { ensureInstalled } from './ensureInstalled.mjs';
import { build, giveUp, listTests, requireNode, runTests } from './steps.mjs';

ensureInstalled();
requireNode(['node_modules/typescript/bin/tsc', '--noEmit']);
build('--tests');

const words = process.argv.slice(2);
const files = listTests().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (files.length === 0)
  giveUp(`No test file has ${words.map((word) => `"${word}"`).join(' or ')} in its path.`);
process.exitCode = runTests(files);
