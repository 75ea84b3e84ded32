import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeTensor, encodeTensor, type FloatDtype } from '../../../src/checkpoint/weights/dtypes';

/** A tensor of a safetensors file in memory. */
export interface HeldTensor {
  dtype: string;
  shape: number[];
  data: Uint8Array;
}

export type HeldTensors = Map<string, HeldTensor>;

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/** Reads all tensors of a weight file. */
export async function readWeights(folder: string, file = 'model.safetensors'): Promise<HeldTensors> {
  const bytes = await readFile(join(folder, file));
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(8, end).toString()) as Record<string, Entry>;
  return new Map(
    Object.entries(header)
      .filter(([name]) => name !== '__metadata__')
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [from, to],
          },
        ]) => [name, { dtype, shape, data: new Uint8Array(bytes.subarray(end + from, end + to)) }],
      ),
  );
}

/** Writes tensors in the order of the map, with other fields in the header. */
export async function writeWeights(
  folder: string,
  tensors: HeldTensors,
  file = 'model.safetensors',
  extra: object = {},
): Promise<void> {
  let offset = 0;
  const header: Record<string, unknown> = { ...extra };
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.length] };
    offset += data.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(
    join(folder, file),
    Buffer.concat([length, text, ...[...tensors.values()].map(({ data }) => data)]),
  );
}

export function valuesOf({ data, dtype }: HeldTensor): Float32Array {
  return decodeTensor(new Uint8Array(data), dtype as FloatDtype);
}

export function tensorOf(shape: number[], values: Float32Array, dtype: FloatDtype = 'F32'): HeldTensor {
  return { dtype, shape, data: encodeTensor(values, dtype) };
}

/** Changes the values of a tensor in place. */
export function changeValues(
  tensors: HeldTensors,
  name: string,
  change: (values: Float32Array) => void,
): void {
  const tensor = tensors.get(name)!;
  const values = Float32Array.from(valuesOf(tensor));
  change(values);
  tensors.set(name, tensorOf(tensor.shape, values, tensor.dtype as FloatDtype));
}

export async function editJson(folder: string, file: string, edit: (json: never) => unknown): Promise<void> {
  const path = join(folder, file);
  const json = JSON.parse(await readFile(path, 'utf8')) as never;
  await writeFile(path, JSON.stringify(edit(json) ?? json));
}
