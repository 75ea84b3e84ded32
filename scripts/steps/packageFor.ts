// One .vsix file, made by vsce's own command.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { root } from '../common.mjs';

/** Files that are built or downloaded, and large ones that are not part of the package. */
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
 * Packages for one target and returns the path of the .vsix file. Works in a copy of the working tree:
 * packaging builds, and the build here may be in use.
 * @throws {Error} with the end of vsce's output
 */
export function packageFor(target: string): string {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
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

/** npm prints a lot, with the reason last. */
function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

function isCopied(path: string): boolean {
  return !notCopied.includes(relative(root, path)) && !path.endsWith('.vsix');
}
