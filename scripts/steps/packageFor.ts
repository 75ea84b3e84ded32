// One .vsix file, made by vsce's own command.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
    const pictures = placePictures(copy);
    const words = [vsce, 'package', '--target', target, ...pictures];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: copy, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${file} could not be packaged:\n${lastLines(stdout + stderr)}`);
    copyFileSync(join(copy, file), path);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return path;
}

/**
 * The marketplace shows pictures from https addresses only: with LISTING_IMAGES_URL the page in the copy refers to
 * them there, without it they are left out.
 * @returns options of vsce
 */
function placePictures(copy: string): string[] {
  const url = process.env.LISTING_IMAGES_URL;
  if (url !== undefined) return ['--baseImagesUrl', url];
  const page = join(copy, 'media', 'extension.md');
  writeFileSync(page, readFileSync(page, 'utf8').replaceAll(/^!\[.*\]\(.*\)\n\n?/gm, ''));
  return [];
}

/** npm prints a lot, with the reason last. */
function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

function isCopied(path: string): boolean {
  return !notCopied.includes(relative(root, path)) && !path.endsWith('.vsix');
}
