// npm run test:parity: installs, builds, and compares every checkpoint under FIXTURES_DIR with its golden values.
import { resolve } from 'node:path';
import { ensureInstalled } from './ensureInstalled.mjs';
import { build, listTests, runTests } from './steps.mjs';

// npm changes into the root of the repository; a relative path is meant from where the person is.
if (process.env.FIXTURES_DIR)
  process.env.FIXTURES_DIR = resolve(process.env.INIT_CWD ?? '.', process.env.FIXTURES_DIR);

ensureInstalled();
build('--tests');
process.exitCode = runTests(listTests('parity')).exitCode;
