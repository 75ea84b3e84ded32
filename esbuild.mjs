// Builds the extension, its page, the command line, the child process that runs models, and (with --tests) every test file.
import { build } from 'esbuild';
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const isForRelease = process.argv.includes('--production');

/** zod brings its messages in fifty languages: half of the extension's bundle, and none of them is ever shown. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};

const shared = {
  bundle: true,
  sourcemap: isForRelease ? false : true,
  minify: isForRelease,
  logLevel: 'warning',
  plugins: [englishOnly],
};

const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // The editor brings the one; the other's native library is found relative to its own folder.
  external: ['vscode', 'onnxruntime-node'],
};

const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts', cli: 'src/cli.ts', runner: 'src/jobs/runner.ts' },
    outdir: 'dist',
  },
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { panel: 'webview/panel.ts', report: 'webview/report.ts' },
    outdir: 'dist/webview',
  },
];

// Nothing is replaced before everything is built: what does not compile leaves the last bundles as they are.
const built = await Promise.all(bundles.map((bundle) => build({ ...bundle, write: false })));
await rm('dist', { recursive: true, force: true });
await mkdir('dist/webview', { recursive: true });
for (const { path, contents } of built.flatMap(({ outputFiles }) => outputFiles))
  await writeFile(path, contents);
await chmod('dist/cli.cjs', 0o755);
for (const file of ['codicon.css', 'codicon.ttf'])
  await copyFile(`node_modules/@vscode/codicons/dist/${file}`, `dist/webview/${file}`);

if (process.argv.includes('--tests')) {
  await rm('out/test', { recursive: true, force: true });
  const files = await readdir('test', { recursive: true });
  const entryPoints = files
    // Those of the editor are bundled by scripts/editor/buildSuites.mjs.
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('editor'))
    .concat('webgpu/checkAdapter.ts')
    .map((file) => `test/${file}`);
  await build({ ...node, entryPoints, outdir: 'out/test', outbase: 'test' });
}
