// Bundles the parts of our own code that a bench runs without the command line, in the same way as the tests.
import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../scripts/common.mjs';

/** Builds bench/inside/NAME.ts. Returns a function from NAME to the bundle's path. */
export async function bundleInside(...names: readonly string[]): Promise<(name: string) => string> {
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => join('bench', 'inside', `${name}.ts`)),
    outdir: join('out', 'bench'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'warning',
  });
  return (name) => join('out', 'bench', `${name}.cjs`);
}
