// Bundles TypeScript that Node runs here: a script, or a program of the tests' own.
import { buildSync } from 'esbuild';
import { dirname, join } from 'node:path';
import { root } from './common.mjs';

/**
 * Bundles a source, given relative to the root of the repository, and returns the path of the bundle, which in out/run is that
 * of the source. Packages are not bundled, and neither are modules that run before packages are installed: they are loaded
 * once, from where they lie.
 * @param {string} source
 * @throws {Error} after esbuild has said what is wrong with the sources
 */
export function bundleScript(source) {
  const bundle = join(root, 'out', 'run', source.replace(/\.ts$/, '.mjs'));
  buildSync({
    absWorkingDir: root,
    entryPoints: [source],
    // esbuild names modules that it leaves out from here, so bundles lie nowhere deeper.
    outdir: dirname(bundle),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported late is loaded late.
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    external: ['./scripts/*.mjs'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return bundle;
}
