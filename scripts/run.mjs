// node scripts/run.mjs FILE.ts [WORD …]: installs missing packages, bundles a script written in TypeScript,
// and calls its function `main` with the words. Imports nothing that has to be installed, so that it can run
// first after "git clone".
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { giveUp, root } from './common.mjs';
import { ensureInstalled } from './ensureInstalled.mjs';

/** @typedef {{ main: (words: string[]) => void | Promise<void> }} Script */

const [file, ...words] = process.argv.slice(2);
if (file === undefined) giveUp('usage: node scripts/run.mjs FILE.ts [WORD …]');
ensureInstalled();
// Imported late, because it needs a package that has to be installed first.
const { bundleScript } = await import('./bundleScript.mjs');
// Stack traces name lines of the sources.
process.setSourceMapsEnabled(true);
/** @type {unknown} */
const script = await import(pathToFileURL(bundle(file)).href);
const { main } = /** @type {Script} */ (script);
await main(words);

/** @param {string} path */
function bundle(path) {
  try {
    return bundleScript(relative(root, resolve(path)));
  } catch (error) {
    // esbuild itself has printed what is wrong with the sources.
    if (error instanceof Error && 'errors' in error) process.exit(1);
    throw error;
  }
}
