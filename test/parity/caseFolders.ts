import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readHeader } from '../../src/checkpoint/weights/safetensors';
import { readTensorBytes } from '../../src/checkpoint/weights/tensorData';
import { buildSafetensors } from '../unit/checkpoint/folders';

/* Model folders of kinds that people really have, and what transformers computes from them. */

export const casesFolder = 'test/fixtures/cases';

/** What transformers reads of a case's texts: predictions after the first token, and their mean loss in nats. */
const expectedSchema = z.looseObject({ predictions: z.int(), loss: z.number() });
export type Expected = z.infer<typeof expectedSchema>;

export function readExpected(name: string, part?: string): Expected {
  const json = JSON.parse(readFileSync(join(casesFolder, name, 'expected.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return expectedSchema.parse(part === undefined ? json : json[part]);
}

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
