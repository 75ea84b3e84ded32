// Bundles TypeScript that Node runs here: a script, or a program that tests need.
import { buildSync } from 'esbuild';
import { dirname, join } from 'node:path';
import { root } from './common.mjs';

/**
 * Bundles a source, given relative to the root of the repository, and returns the path of the bundle: the
 * source's path inside out/run. Neither packages nor modules that run before packages are installed are
 * bundled: those modules are loaded once, from their own place.
 * @param {string} source
 * @throws {Error} after esbuild has printed what is wrong with the sources
 */
export function bundleScript(source) {
  const bundle = join(root, 'out', 'run', source.replace(/\.ts$/, '.mjs'));
  buildSync({
    absWorkingDir: root,
    entryPoints: [source],
    // esbuild writes the paths of external modules relative to this file, so every bundle is at the same
    // depth.
    outdir: dirname(bundle),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // A dynamic import stays a separate file.
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
