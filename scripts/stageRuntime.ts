// Part of vscode:prepublish: copies the part of onnxruntime-node that one platform needs into
// dist/node_modules, where the packaged dist/runner.cjs finds it. The whole package holds every platform and
// would be ten times the size.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { giveUp, root } from './common.mjs';
import { findPackagingTarget } from './steps/packagingTarget';

const staged = join('dist', 'node_modules');
/** macOS builds hold the library twice; the binding loads the one with the short name. */
const isTwin = (file: string): boolean => /^libonnxruntime\.\d+\.\d+.*\.dylib$/.test(file);
const isNeeded = (file: string): boolean => file.endsWith('.js') || file === 'package.json';

export function main(): void {
  const target = findPackagingTarget() ?? `${process.platform}-${process.arch}`;
  const libraries = join('onnxruntime-node', 'bin', 'napi-v6', ...target.split('-'));
  if (!existsSync(join(root, 'node_modules', libraries)))
    giveUp(`onnxruntime-node has no library for the target ${target}.`);
  rmSync(join(root, staged), { recursive: true, force: true });
  stage('onnxruntime-node', isNeeded);
  stage(join('onnxruntime-node', 'dist'), isNeeded);
  stage(libraries, (file) => !isTwin(file));
  stage('onnxruntime-common', isNeeded);
  stage(join('onnxruntime-common', 'dist', 'cjs'), isNeeded);
}

/** Copies the required files of one folder of node_modules. */
function stage(folder: string, isNeeded: (file: string) => boolean): void {
  const source = join(root, 'node_modules', folder);
  for (const file of readdirSync(source).filter(isNeeded)) {
    const copy = join(root, staged, folder, file);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(source, file), copy);
  }
}
