import { mkdir, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfCancelled } from '../common/errors';
import { openRegularFile } from '../common/regularFile';
import { forEachChunk } from './byteRange';
import type { Checkpoint } from './checkpoint';
import { encodeTensor, isFloatDtype } from './weights/dtypes';
import { assertNeededCarried, listCarriedFiles } from './carriedFiles';
import { assertOutputFree, assertRoomFor, writeFolderAtomic } from './outputFolder';
import type { TensorInfo } from './weights/safetensors';

/**
 * New float32 values, flat, by the tensor of the source that they replace, or by a piece of one; they are
 * rounded to its type. Each is requested only when it is written, so that a model in which every matrix
 * changed is never in memory as a whole.
 */
export type ChangedTensors = ReadonlyMap<TensorInfo, () => Promise<Float32Array>>;

interface WriteRequest {
  readonly source: Checkpoint;
  /** The folder to make; it must not exist. */
  readonly out: string;
  readonly changed: ChangedTensors;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are written, with the share written so far, 0 to 1. */
  readonly onShare?: (share: number) => void;
}

/** Float32 values encoded at once. */
const encodedAtOnce = 1 << 20;

/**
 * Makes a complete new checkpoint from an old one and changed tensors: the same weight files with the same
 * headers, and every other file byte for byte, except what must not be published (see
 * listCarriedFiles). Nothing in the new folder shows that it was changed. It appears under its name only when
 * it is complete.
 * @returns the names of the files that were left out, and those of them that are links to elsewhere.
 * @throws UserError `linked-file`, `output-exists`, `output-inside-source`, `no-such-folder`, `disk-full`, `not-writable` or
 * `truncated-file`; Cancelled. Error when `changed` does not fit the source.
 */
export async function writeCheckpoint(
  request: WriteRequest,
): Promise<{ notCarried: string[]; linksLeftOut: string[] }> {
  const { source, out, changed, signal } = request;
  assertFits(source, changed);
  await assertOutputFree(out, source.dir);
  const files = await listCarriedFiles(source);
  assertNeededCarried(source, files);
  const { carried, notCarried, linksLeftOut } = files;
  const weights = await listWeights(source);
  const neededBytes = [...carried, ...weights].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await assertRoomFor(neededBytes, out);
  let written = 0;
  const onBytes = (count: number): void => request.onShare?.((written += count) / neededBytes);
  const shared = { signal, onBytes };
  await writeFolderAtomic(out, source.dir, async (folder) => {
    for (const { name, path } of weights)
      await writeFile({
        from: path,
        to: join(folder, name),
        replaced: pickChanged(path, changed),
        ...shared,
      });
    for (const { name, path, content } of carried)
      if (content) await writeContent(join(folder, name), content, onBytes);
      else await writeFile({ from: path, to: join(folder, name), replaced: [], ...shared });
  });
  return { notCarried, linksLeftOut };
}

function assertFits(source: Checkpoint, changed: ChangedTensors): void {
  for (const { name, path, offset, byteLength } of changed.keys()) {
    const stored = source.tensors.get(name);
    const isInside =
      stored?.path === path &&
      offset >= stored.offset &&
      offset + byteLength <= stored.offset + stored.byteLength;
    if (!isInside) throw new Error(`There is no tensor "${name}" to change.`);
  }
}

async function listWeights(source: Checkpoint) {
  return Promise.all(
    source.weightFiles.map(async (name) => {
      const path = await realpath(join(source.dir, name));
      return { name, path, sizeBytes: (await stat(path)).size };
    }),
  );
}

interface Replaced {
  readonly info: TensorInfo;
  readonly make: () => Promise<Float32Array>;
}

/** What changes in a weight file, in the order of its data. */
function pickChanged(path: string, changed: ChangedTensors): Replaced[] {
  return [...changed]
    .flatMap(([info, make]) => (info.path === path ? [{ info, make }] : []))
    .sort((a, b) => a.info.offset - b.info.offset);
}

/** Copies a file, writing new bytes for the replaced tensors (in the order of their offsets), and flushes it. */
async function writeFile(job: {
  readonly from: string;
  readonly to: string;
  readonly replaced: readonly Replaced[];
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (count: number) => void;
}): Promise<void> {
  await mkdir(dirname(job.to), { recursive: true });
  const from = await openRegularFile(job.from);
  try {
    const to = await open(job.to, 'wx', 0o644);
    try {
      const { size } = await from.stat();
      let position = 0;
      const copyUntil = async (end: number) => {
        const source = { file: from, path: job.from, position, length: end - position };
        const copy = async (chunk: Uint8Array): Promise<void> => {
          await writeFully(to, chunk);
          job.onBytes(chunk.length);
        };
        await forEachChunk(source, copy, { signal: job.signal });
      };
      for (const { info, make } of job.replaced) {
        await copyUntil(info.offset);
        throwIfCancelled(job.signal);
        await writeEncoded(to, info, await make());
        job.onBytes(info.byteLength);
        position = info.offset + info.byteLength;
      }
      await copyUntil(size);
      await to.sync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function writeContent(
  path: string,
  content: Uint8Array,
  onBytes: (count: number) => void,
): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await writeFully(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
  onBytes(content.length);
}

async function writeEncoded(
  to: FileHandle,
  { dtype, name, shape }: TensorInfo,
  values: Float32Array,
): Promise<void> {
  if (!isFloatDtype(dtype)) throw new Error(`Tensor "${name}" of type ${dtype} cannot be changed.`);
  const elements = shape.reduce((product, dimension) => product * dimension, 1);
  if (values.length !== elements)
    throw new Error(`Tensor "${name}" has ${elements} values, not ${values.length}.`);
  for (let start = 0; start < values.length; start += encodedAtOnce)
    await writeFully(to, encodeTensor(values.subarray(start, start + encodedAtOnce), dtype));
}

/** Appends all the bytes: one system call may write only some of them. */
async function writeFully(to: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await to.write(bytes, done, bytes.length - done)).bytesWritten;
}
