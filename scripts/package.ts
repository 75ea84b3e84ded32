// npm run package [-- TARGET …]: writes a .vsix file for every platform (or for the named ones) into
// out/package, each within the promised size.
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { giveUp, root } from './common.mjs';
import { packageFor } from './steps/packageFor';

const megabyte = 1e6;
const largestBytes: Readonly<Record<string, number>> = {
  'linux-x64': 25 * megabyte,
  'linux-arm64': 25 * megabyte,
  'win32-x64': 35 * megabyte,
  'win32-arm64': 35 * megabyte,
  'darwin-arm64': 35 * megabyte,
};

export function main(named: readonly string[]): void {
  try {
    if (!makePackages(named)) process.exitCode = 1;
  } catch (error) {
    giveUp((error as Error).message);
  }
}

/**
 * Packages for the named targets, for all where none is named, and says the size of each.
 * @returns whether each is as small as promised
 */
export function makePackages(named: readonly string[]): boolean {
  const targets = named.length > 0 ? named : Object.keys(largestBytes);
  return targets.map((target) => saySize(target, packageFor(target))).every(Boolean);
}

function saySize(target: string, path: string): boolean {
  const sizeBytes = statSync(path).size;
  const isSmall = sizeBytes <= (largestBytes[target] ?? Infinity);
  const size = `${(sizeBytes / megabyte).toFixed(1)} MB${isSmall ? '' : ', too large'}`;
  process.stdout.write(`${relative(root, path)}: ${size}\n`);
  return isSmall;
}
