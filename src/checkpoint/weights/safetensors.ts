import type { FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { longRecord } from '../../common/longSchemas';
import { openRegularFile } from '../../common/regularFile';
import { formatSize } from '../../words/figures';
import { formatCount, formatCounted } from '../../words/numbers';
import { readExactly } from '../byteRange';
import { assertModestJson } from '../cappedFile';
import { headerJson, mostHeaderBytes, mostTensors } from '../limits';
import { findDuplicateKey } from './duplicateKey';

/** Bits of one element of every type in the safetensors format. */
const bitsOf = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
  C64: 64,
} as const;

/** An element type by its name in the safetensors format. Only F32, F16 and BF16 are decoded. */
export type TensorDtype = keyof typeof bitsOf;

export interface TensorInfo {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** Absolute path of the tensor's file, as it was opened. */
  readonly path: string;
  /** Offset in bytes of the tensor's data from the start of that file. */
  readonly offset: number;
  readonly byteLength: number;
}

interface SafetensorsHeader {
  /** In the order of their data in the file. */
  readonly tensors: TensorInfo[];
  readonly metadata: Record<string, string>;
  /** Length of the header in bytes. */
  readonly headerBytes: number;
}

const mostDimensions = 16;
const headerLengthBytes = 8;
const nextStep = 'Download or copy the file again from where you got the checkpoint.';

const size = z.number().int().nonnegative();
const entrySchema = z.object({
  dtype: z.string().max(32),
  shape: z.array(size).max(mostDimensions),
  data_offsets: z.tuple([size, size]),
});
const metadataKey = '__metadata__';
/** The format's own reader takes `null` for no metadata. */
const metadataSchema = longRecord(z.string()).nullish();

/** What a reader of somebody else's file may leave aside. */
interface HeaderReading {
  /**
   * Whether metadata and tensors of an unknown type are left aside instead of being refused: nothing that a
   * verdict needs is among them, and other programs do not mind.
   */
  readonly isLenient?: boolean;
}

/**
 * Reads and checks the header of one safetensors file, as https://github.com/huggingface/safetensors#format
 * defines it: an 8-byte little-endian length, a JSON object, and data that the tensors cover from the first
 * byte to the last without gaps or overlaps. Reads no data.
 * @throws UserError `not-found`, `not-a-file`, `not-readable`, `broken-header`, `header-too-long`,
 * `too-large`, `header-outside-file`,
 * `duplicate-tensor`, `unknown-dtype`, `wrong-tensor-length`, `overlapping-tensors`, `gap-between-tensors`,
 * `truncated-file` or `oversized-file`.
 */
export async function readHeader(
  path: string,
  { isLenient = false }: HeaderReading = {},
): Promise<SafetensorsHeader> {
  const absolute = resolve(path);
  const file = await openRegularFile(absolute);
  try {
    const { size: sizeBytes } = await file.stat();
    const { text, dataStart } = await readHeaderText(file, absolute, sizeBytes);
    const { entries, metadata } = parseHeader(text, absolute, isLenient);
    const tensors: TensorInfo[] = [];
    const unknown: Extent[] = [];
    for (const name of Object.keys(entries)) {
      if (name === metadataKey) continue;
      const entry = parseEntry(name, entries[name], absolute);
      if (isLenient && !isDtype(entry.dtype)) unknown.push(toExtent(name, entry, dataStart));
      else tensors.push(toTensorInfo(name, entry, absolute, dataStart));
    }
    tensors.sort(byOffset);
    const all = unknown.length === 0 ? tensors : [...tensors, ...unknown].sort(byOffset);
    assertCovering(all, absolute, dataStart, sizeBytes);
    return { tensors, metadata, headerBytes: dataStart };
  } finally {
    await file.close();
  }
}

type Extent = Pick<TensorInfo, 'name' | 'offset' | 'byteLength'>;

/** Where a tensor of an unknown type is: its length cannot be compared with its shape. */
function toExtent(name: string, { data_offsets: [begin, end] }: Entry, dataStart: number): Extent {
  return { name, offset: dataStart + begin, byteLength: end - begin };
}

function byOffset(a: Extent, b: Extent): number {
  return a.offset - b.offset || a.byteLength - b.byteLength;
}

/** A name from a file, quoted, escaped and short enough for a sentence. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);
}

async function readHeaderText(
  file: FileHandle,
  path: string,
  sizeBytes: number,
): Promise<{ text: string; dataStart: number }> {
  if (sizeBytes < headerLengthBytes)
    throw new UserError('truncated-file', `${path} is too short to be a safetensors file.`, nextStep);
  const lengthBytes = Buffer.alloc(headerLengthBytes);
  await readExactly(file, path, lengthBytes, 0);
  const length = lengthBytes.readBigUInt64LE();
  if (length > mostHeaderBytes)
    throw new UserError(
      'header-too-long',
      `${path} announces a header of ${formatCount(Number(length))} bytes; at most ${formatSize(mostHeaderBytes)} are read.`,
      `No known model has such a header: this is not a safetensors file, or it is damaged. ${nextStep}`,
    );
  const dataStart = headerLengthBytes + Number(length);
  if (dataStart > sizeBytes)
    throw new UserError(
      'header-outside-file',
      `${path} announces a header of ${formatCount(Number(length))} bytes but is only ${formatCount(sizeBytes)} bytes long.`,
      nextStep,
    );
  const bytes = new Uint8Array(Number(length));
  await readExactly(file, path, bytes, headerLengthBytes);
  return { text: decodeHeader(bytes, path), dataStart };
}

function decodeHeader(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new UserError('broken-header', `The header of ${path} is not UTF-8 text.`, nextStep, {
      cause: error,
    });
  }
}

type Entry = z.infer<typeof entrySchema>;

function parseHeader(
  text: string,
  path: string,
  isLenient: boolean,
): { entries: Readonly<Record<string, unknown>>; metadata: Record<string, string> } {
  const entries = parseHeaderObject(text, path);
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined)
    throw new UserError('duplicate-tensor', `${path} names ${quoteName(duplicate)} twice.`, nextStep);
  const metadata = metadataSchema.safeParse(entries[metadataKey]);
  if (!metadata.success && !isLenient)
    throw new UserError(
      'broken-header',
      `The metadata of ${path} contains something other than text.`,
      nextStep,
    );
  if (Object.keys(entries).length > mostTensors + 1)
    throw new UserError(
      'too-large',
      `${path} names more than ${formatCount(mostTensors)} tensors.`,
      nextStep,
    );
  return { entries, metadata: metadata.data ?? {} };
}

function parseHeaderObject(text: string, path: string): Record<string, unknown> {
  const broken = (cause?: unknown) =>
    new UserError('broken-header', `The header of ${path} is not a JSON object.`, nextStep, { cause });
  // The format demands this first byte, so that other kinds of file are recognised at once.
  if (!text.startsWith('{')) throw broken();
  assertModestJson(text, `The header of ${path}`, headerJson);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(error);
  }
  // The first byte makes it an object; a schema would copy each of many entries before they are parsed.
  return value as Record<string, unknown>;
}

function parseEntry(name: string, value: unknown, path: string): Entry {
  const entry = entrySchema.safeParse(value);
  if (entry.success) return entry.data;
  const issue = entry.error.issues[0]!;
  throw new UserError(
    'broken-header',
    `Tensor ${quoteName(name)} of ${path} has a wrong description at "${issue.path.map(String).join('.')}": ${issue.message}.`,
    nextStep,
  );
}

function toTensorInfo(name: string, entry: Entry, path: string, dataStart: number): TensorInfo {
  const { dtype, shape } = entry;
  if (!isDtype(dtype))
    throw new UserError(
      'unknown-dtype',
      `Tensor ${quoteName(name)} of ${path} has the unknown type ${quoteName(dtype)}.`,
      'Save the checkpoint again as float32, float16 or bfloat16.',
    );
  const [begin, end] = entry.data_offsets;
  const byteLength = countBytes(shape, dtype);
  if (end - begin !== byteLength)
    throw new UserError(
      'wrong-tensor-length',
      `Tensor ${quoteName(name)} of ${path} claims bytes ${begin} to ${end}, which does not fit its shape [${shape.join(', ')}] of ${dtype}.`,
      nextStep,
    );
  return { name, dtype, shape, path, offset: dataStart + begin, byteLength };
}

function isDtype(name: string): name is TensorDtype {
  return Object.hasOwn(bitsOf, name);
}

/** NaN where the product of the shape exceeds the exact whole numbers; NaN equals no length. */
function countBytes(shape: readonly number[], dtype: TensorDtype): number {
  let elements = 1;
  for (const dimension of shape) elements *= dimension;
  const bytes = (elements * bitsOf[dtype]) / 8;
  return Number.isSafeInteger(elements * 8) ? bytes : NaN;
}

function assertCovering(
  tensors: readonly Extent[],
  path: string,
  dataStart: number,
  sizeBytes: number,
): void {
  let end = dataStart;
  for (const { name, offset, byteLength } of tensors) {
    if (offset < end)
      throw new UserError(
        'overlapping-tensors',
        `Tensor ${quoteName(name)} of ${path} overlaps another.`,
        nextStep,
      );
    if (offset > end)
      throw new UserError(
        'gap-between-tensors',
        `${formatCounted(offset - end, 'byte')} before tensor ${quoteName(name)} of ${path} ${offset - end === 1 ? 'does' : 'do'} not belong to any tensor.`,
        nextStep,
      );
    end = offset + byteLength;
  }
  if (end > sizeBytes)
    throw new UserError(
      'truncated-file',
      `${path} is ${formatCount(sizeBytes)} bytes long, but its header describes ${formatCount(end)}: it is truncated, or its header is wrong.`,
      nextStep,
    );
  if (end < sizeBytes)
    throw new UserError(
      'oversized-file',
      `${path} is ${formatCount(sizeBytes)} bytes long, but its header describes only ${formatCount(end)}.`,
      nextStep,
    );
}
