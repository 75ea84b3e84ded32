// npm run package [-- TARGET …]: a .vsix file for every platform (or for the named ones) in out/package, each no larger
// than we promise.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensureInstalled.mjs';
import { giveUp, root } from './steps.mjs';

const megabyte = 1e6;
const largestBytes = {
  'linux-x64': 25 * megabyte,
  'linux-arm64': 25 * megabyte,
  'win32-x64': 35 * megabyte,
  'win32-arm64': 35 * megabyte,
  'darwin-arm64': 35 * megabyte,
};
/** What is made or fetched, and what is large and no part of the package. */
const notCopied = [
  'node_modules',
  'dist',
  'out',
  'demo',
  'bench',
  'test',
  '.git',
  '.vscode-host',
  '.vscode-test',
];

/**
 * Packages for one target by vsce's plain command and returns the path of the .vsix file. Works in a copy of the working
 * tree: packaging builds, and what is built here may be in use.
 */
export function packageFor(target) {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = `${name}-${target}-${version}.vsix`;
  const path = join(root, 'out', 'package', file);
  mkdirSync(dirname(path), { recursive: true });
  const copy = mkdtempSync(join(tmpdir(), 'fingerprint-package-'));
  try {
    cpSync(root, copy, { recursive: true, filter: isCopied });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
    const { status, stdout, stderr } = spawnSync(process.execPath, [vsce, 'package', '--target', target], {
      cwd: copy,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${file} could not be packaged:\n${lastLines(stdout + stderr)}`);
    copyFileSync(join(copy, file), path);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return path;
}

/** npm can be very long-winded, and says the reason last. */
function lastLines(text) {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

function isCopied(path) {
  return !notCopied.includes(relative(root, path)) && !path.endsWith('.vsix');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  const named = process.argv.slice(2);
  for (const target of named.length > 0 ? named : Object.keys(largestBytes)) {
    try {
      saySize(target, packageFor(target));
    } catch (error) {
      giveUp(error.message);
    }
  }
}

function saySize(target, path) {
  const sizeBytes = statSync(path).size;
  const isTooLarge = sizeBytes > largestBytes[target];
  const size = `${(sizeBytes / megabyte).toFixed(1)} MB${isTooLarge ? ', too large' : ''}`;
  process.stdout.write(`${relative(root, path)}: ${size}\n`);
  if (isTooLarge) process.exitCode = 1;
}
