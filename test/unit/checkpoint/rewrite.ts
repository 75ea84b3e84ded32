import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader } from '../../../src/checkpoint/weights/safetensors';
import { readTensorBytes } from '../../../src/checkpoint/weights/tensorData';
import { buildSafetensors } from './folders';

/* Changes to copies of model folders. */

/** A tensor in memory, as a file stores it. */
export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Rewrites the only weight file of a folder. */
export async function editWeights(
  dir: string,
  edit: (tensors: Map<string, RawTensor>) => Map<string, RawTensor> | undefined,
): Promise<void> {
  const path = join(dir, 'model.safetensors');
  const tensors = new Map<string, RawTensor>();
  for (const info of (await readHeader(path)).tensors)
    tensors.set(info.name, { ...info, bytes: await readTensorBytes(info) });
  await writeWeights(path, edit(tensors) ?? tensors);
}

export async function writeWeights(path: string, tensors: ReadonlyMap<string, RawTensor>): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, (end += bytes.length)] };
    parts.push(bytes);
  }
  await writeFile(path, buildSafetensors(header, Buffer.concat(parts)));
}

export async function editConfig(dir: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(dir, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...config, ...changes }));
}

export function floats(values: readonly number[], shape: readonly number[]): RawTensor {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** Experts as transformers 5 keeps them in memory, and saves them with `save_original_format=False`. */
export function packExperts(tensors: ReadonlyMap<string, RawTensor>): Map<string, RawTensor> {
  const packed = new Map<string, RawTensor>();
  const parts = new Map<string, { order: number; count: number; tensor: RawTensor }[]>();
  for (const [name, tensor] of tensors) {
    const renamed = name.replace('.block_sparse_moe.', '.mlp.');
    const [, before, expert, matrix] = /^(.*\.mlp\.experts)\.(\d+)\.(\w+)\.weight$/.exec(renamed) ?? [];
    if (before === undefined) packed.set(renamed, tensor);
    else {
      const isDown = matrix === 'down_proj' || matrix === 'w2';
      const isUp = matrix === 'up_proj' || matrix === 'w3';
      const whole = `${before}.${isDown ? 'down_proj' : 'gate_up_proj'}`;
      const order = 2 * Number(expert) + (isUp ? 1 : 0);
      parts.set(whole, [...(parts.get(whole) ?? []), { order, count: isDown ? 1 : 2, tensor }]);
    }
  }
  for (const [name, pieces] of parts) {
    pieces.sort((a, b) => a.order - b.order);
    const [{ tensor, count }] = pieces as [(typeof pieces)[number]];
    const [rows, columns] = tensor.shape as [number, number];
    packed.set(name, {
      dtype: tensor.dtype,
      shape: [pieces.length / count, count * rows, columns],
      bytes: Buffer.concat(pieces.map((piece) => piece.tensor.bytes)),
    });
  }
  return packed;
}
