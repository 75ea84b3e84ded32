// Builds the extension, its page, the command line and the child processes that run models and read folders.
//   --production   small and without source maps
//   --tests        every test file too; words behind it: only the files whose path holds one of them
//   --watch        builds again whenever a source changes
import { build, context } from 'esbuild';
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/**
 * zod brings its messages in fifty languages: half of the extension's bundle, and none of them is ever shown.
 * @type {import('esbuild').Plugin}
 */
const englishOnly = {
  name: 'english-only',
  setup(bundling) {
    bundling.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};

/** @satisfies {import('esbuild').BuildOptions} */
const shared = { bundle: true, logLevel: 'warning', plugins: [englishOnly] };

/** @satisfies {import('esbuild').BuildOptions} */
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // The editor brings the one; the other's native library is found relative to its own folder.
  external: ['vscode', 'onnxruntime-node'],
};

/** @satisfies {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...node,
    entryPoints: {
      extension: 'src/extension.ts',
      cli: 'src/cli.ts',
      runner: 'src/jobs/runner.ts',
      reader: 'src/vscode/index/reader/reader.ts',
    },
    outdir: 'dist',
  },
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: {
      panel: 'webview/panel.ts',
      report: 'webview/report.ts',
      compare: 'webview/compare/compare.ts',
    },
    outdir: 'dist/webview',
  },
];

const icons = ['codicon.css', 'codicon.ttf'];

const [mode, ...words] = process.argv.slice(2);
if (mode === '--watch') await watchProduct();
else await buildProduct(mode === '--production');
if (mode === '--tests') await buildTests(words);

/**
 * Nothing is replaced before everything is built: what does not compile leaves the last bundles as they are.
 * @param {boolean} isForRelease
 */
async function buildProduct(isForRelease) {
  const options = { sourcemap: !isForRelease, minify: isForRelease };
  const built = await Promise.all(bundles.map((bundle) => build({ ...bundle, ...options, write: false })));
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist/webview', { recursive: true });
  for (const { path, contents } of built.flatMap(({ outputFiles }) => outputFiles))
    await writeFile(path, contents);
  await finishProduct();
}

/** Says when each building begins and ends, in the words that .vscode/tasks.json waits for. */
async function watchProduct() {
  let building = 0;
  /** @type {import('esbuild').Plugin} */
  const speaker = {
    name: 'speaker',
    setup(bundling) {
      bundling.onStart(() => {
        if (building++ === 0) process.stdout.write('[watch] building\n');
      });
      bundling.onEnd(() => {
        if (--building === 0) process.stdout.write('[watch] built\n');
      });
    },
  };
  await mkdir('dist/webview', { recursive: true });
  for (const bundle of bundles) {
    const options = { ...bundle, sourcemap: true, plugins: [...bundle.plugins, speaker] };
    await (await context(options)).watch();
  }
  await finishProduct();
}

async function finishProduct() {
  await chmod('dist/cli.cjs', 0o755).catch(() => undefined);
  for (const file of icons)
    await copyFile(`node_modules/@vscode/codicons/dist/${file}`, `dist/webview/${file}`);
}

/** @param {string[]} words */
async function buildTests(words) {
  await rm('out/test', { recursive: true, force: true });
  const files = await readdir('test', { recursive: true });
  const entryPoints = files
    // Those of the editor are bundled by test/harness/editor/buildSuites.ts.
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('editor'))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .concat(join('webgpu', 'checkAdapter.ts'))
    .map((file) => `test/${file.split(sep).join('/')}`);
  // Nothing of the product needs the compiler, which is larger than all tests together.
  const external = [...node.external, 'typescript'];
  await build({ ...node, external, sourcemap: true, entryPoints, outdir: 'out/test', outbase: 'test' });
}
