// Bundles the suites that run inside the editor, and the entry that the editor calls.
import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/common.mjs';

const outFolder = join(root, 'out', 'editor');
export const suiteEntry = join(outFolder, 'runMocha.cjs');

/** Bundles every suite. Returns the paths of the bundles whose source path contains one of the words (or all). */
export async function buildSuites(words: readonly string[] = []): Promise<string[]> {
  const sources = readdirSync(join(root, 'test', 'editor'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
  await build({
    absWorkingDir: root,
    entryPoints: ['runMocha.ts', ...sources].map((file) => join('test', 'editor', file)),
    outdir: outFolder,
    outbase: join('test', 'editor'),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'warning',
    // The editor provides the first; the suites share one mocha with the entry; nothing of ours loads the
    // third in the editor.
    external: ['vscode', 'mocha', 'onnxruntime-node'],
  });
  return sources.map((file) => join(outFolder, file.replace(/\.ts$/, '.cjs')));
}
