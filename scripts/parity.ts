// npm run test:parity: installs, builds, and compares every checkpoint under FIXTURES_DIR with its golden values.
import { resolve } from 'node:path';
import { listTests, runTests } from '../test/harness/nodeTests';
import { build } from './steps/node';

export async function main(): Promise<void> {
  const { FIXTURES_DIR: folder, INIT_CWD: start = '.' } = process.env;
  // npm changes into the root of the repository, but a relative path means the user's own folder.
  if (folder) process.env.FIXTURES_DIR = resolve(start, folder);
  build('--tests');
  process.exitCode = (await runTests(listTests('parity'))).exitCode;
}
