// Builds the command line, the child process that runs models, and (with --tests) every test file.
import { build } from 'esbuild';
import { chmod, readdir, rm } from 'node:fs/promises';

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  sourcemap: true,
  logLevel: 'warning',
  // Its native library is found relative to its own folder.
  external: ['onnxruntime-node'],
};

await rm('dist', { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: { cli: 'src/cli.ts', runner: 'src/jobs/runner.ts' },
  outdir: 'dist',
});
await chmod('dist/cli.cjs', 0o755);

if (process.argv.includes('--tests')) {
  await rm('out/test', { recursive: true, force: true });
  const files = await readdir('test', { recursive: true });
  const entryPoints = files.filter((file) => file.endsWith('.test.ts')).map((file) => `test/${file}`);
  await build({ ...shared, entryPoints, outdir: 'out/test', outbase: 'test' });
}
