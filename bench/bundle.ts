// Bundles what a part runs of our own code without the command line, as the tests are bundled.
import { build } from 'esbuild';
import { join } from 'node:path';
import { root } from '../scripts/common.mjs';

/** Builds bench/inside/NAME.ts; gives a function from NAME to the bundle's path. */
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
