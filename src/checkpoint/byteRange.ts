import type { FileHandle } from 'node:fs/promises';
import { throwIfCancelled, UserError } from '../common/errors';

/**
 * Bytes read or written at once when a weight file is streamed: large enough for the disk, small compared
 * with any model.
 */
const chunkBytes = 8 * 1024 * 1024;

/** Node.js reads at most 2^31 - 1 bytes in one call. */
const mostBytesPerRead = 1024 ** 3;

/**
 * Fills `target` with the bytes that start at `position`.
 * @throws UserError `truncated-file` when the file is too short.
 */
export async function readExactly(
  file: FileHandle,
  path: string,
  target: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const requested = Math.min(target.length - done, mostBytesPerRead);
    const { bytesRead } = await file.read(target, done, requested, position + done);
    if (bytesRead === 0)
      throw new UserError(
        'truncated-file',
        `${path} ends before byte ${position + target.length}: it is truncated.`,
        'Download or copy the file again.',
      );
    done += bytesRead;
  }
}

/** A buffer to read chunks into. One serves many ranges, because a dropped buffer occupies memory until it is collected. */
export function newChunkBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chunkBytes);
}

/**
 * Reads `length` bytes from `position` on in pieces as long as `buffer`. A chunk is only valid while `visit`
 * runs, and begins at byte 0 of the buffer.
 */
export async function forEachChunk(
  source: { file: FileHandle; path: string; position: number; length: number },
  visit: (chunk: Uint8Array<ArrayBuffer>, offset: number) => void | Promise<void>,
  {
    signal,
    buffer = newChunkBuffer(),
  }: { signal?: AbortSignal | undefined; buffer?: Uint8Array<ArrayBuffer> } = {},
): Promise<void> {
  for (let offset = 0; offset < source.length; offset += buffer.length) {
    throwIfCancelled(signal);
    const chunk = buffer.subarray(0, Math.min(buffer.length, source.length - offset));
    await readExactly(source.file, source.path, chunk, source.position + offset);
    await visit(chunk, offset);
  }
}
