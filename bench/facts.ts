// The circumstances of a table of measurements: the machine and the size of the models.
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../scripts/common.mjs';

/** The part of a safetensors header that is read, by the tensor's name. */
type Header = Readonly<Record<string, { readonly shape: readonly number[] }>>;

/** The date, the machine and the versions, as lines of Markdown. */
export function describeMachine(): string[] {
  const memoryGib = (totalmem() / 2 ** 30).toFixed(0);
  const onnxruntime = readVersion(join('node_modules', 'onnxruntime-node', 'package.json'));
  const processor = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores in use`;
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)} with fingerprint-model ${readVersion('package.json')} on ${processor}, ${memoryGib} GiB; ${type()} ${release()}, ${arch()}; Node ${process.versions.node}, onnxruntime-node ${onnxruntime}.`,
  ];
}

/** The bytes that a checkpoint's weights would take in float32. */
export function weighModel(folder: string): number {
  const files = readdirSync(resolve(root, folder)).filter((file) => file.endsWith('.safetensors'));
  const tensors = files.flatMap((file) => Object.entries(readHeader(resolve(root, folder, file))));
  return tensors
    .filter(([name]) => name !== '__metadata__')
    .reduce((sum, [, { shape }]) => sum + 4 * shape.reduce((product, size) => product * size, 1), 0);
}

/** A safetensors file begins with the length of its JSON header, in 8 bytes. */
function readHeader(path: string): Header {
  const file = openSync(path, 'r');
  try {
    const length = Buffer.alloc(8);
    readSync(file, length, 0, 8, 0);
    const header = Buffer.alloc(Number(length.readBigUInt64LE()));
    readSync(file, header, 0, header.length, 8);
    return JSON.parse(header.toString('utf8')) as Header;
  } finally {
    closeSync(file);
  }
}

function readVersion(path: string): string {
  return (JSON.parse(readFileSync(join(root, path), 'utf8')) as { version: string }).version;
}
