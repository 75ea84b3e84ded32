// Part of vscode:prepublish: copies of onnxruntime-node what one platform needs into dist/node_modules, where the packaged
// dist/runner.cjs finds it. The whole package holds every platform and would be ten times the size.
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPackagingTarget } from './packagingTarget.mjs';
import { giveUp, root } from './steps.mjs';

const target = findPackagingTarget() ?? `${process.platform}-${process.arch}`;
const staged = join('dist', 'node_modules');
/** On macOS the library lies there twice; the binding asks for the one with the short name. */
const isTwin = (file) => /^libonnxruntime\.\d+\.\d+.*\.dylib$/.test(file);
const isNeeded = (file) => file.endsWith('.js') || file === 'package.json';

const libraries = join('onnxruntime-node', 'bin', 'napi-v6', ...target.split('-'));
rmSync(join(root, staged), { recursive: true, force: true });
stage('onnxruntime-node', isNeeded);
stage(join('onnxruntime-node', 'dist'), isNeeded);
stage(libraries, (file) => !isTwin(file));
stage('onnxruntime-common', isNeeded);
stage(join('onnxruntime-common', 'dist', 'cjs'), isNeeded);

/** Copies the files of one folder of node_modules that are wanted. */
function stage(folder, isWanted) {
  const source = join(root, 'node_modules', folder);
  for (const file of listFiles(source).filter(isWanted)) {
    const copy = join(root, staged, folder, file);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(source, file), copy);
  }
}

function listFiles(folder) {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return giveUp(`onnxruntime-node has no library for the target ${target}.`);
  }
}
