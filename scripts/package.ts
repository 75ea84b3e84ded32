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
  for (const target of named.length > 0 ? named : Object.keys(largestBytes)) {
    try {
      saySize(target, packageFor(target));
    } catch (error) {
      giveUp((error as Error).message);
    }
  }
}

function saySize(target: string, path: string): void {
  const sizeBytes = statSync(path).size;
  const isTooLarge = sizeBytes > (largestBytes[target] ?? Infinity);
  const size = `${(sizeBytes / megabyte).toFixed(1)} MB${isTooLarge ? ', too large' : ''}`;
  process.stdout.write(`${relative(root, path)}: ${size}\n`);
  if (isTooLarge) process.exitCode = 1;
}
