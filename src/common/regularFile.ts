import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { groupDigits, UserError } from './errors';
import { asPathError } from './pathErrors';

/** Read at once from a file that says that it is empty, as those of the kernel do. */
const firstBytes = 65_536;

/**
 * Opens a file for reading that somebody else may have put there. A named pipe is not waited for, and a
 * terminal is not made ours.
 * @throws UserError `not-a-file` for anything but a regular file (a folder, a pipe, a device, a socket),
 * `not-found` or `not-readable`.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, readingFlags());
    const stats = await file.stat();
    if (!stats.isFile()) throw notRegular(path, stats);
    return file;
  } catch (error) {
    await file?.close();
    throw asPathError(error, path);
  }
}

/**
 * Reads a file that somebody else may have put there, but never more than `limitBytes` of it, whatever its
 * size is said to be.
 * @throws UserError `too-large`, and as {@link openRegularFile}.
 */
export async function readLimited(path: string, limitBytes: number): Promise<Buffer> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    if (size > limitBytes) throw tooLarge(path, `${groupDigits(size)} bytes long`, limitBytes);
    const bytes = await readUpTo(file, size === 0 ? firstBytes : size, limitBytes);
    if (bytes === undefined) throw tooLarge(path, 'longer than it says', limitBytes);
    return bytes;
  } catch (error) {
    throw asPathError(error, path);
  } finally {
    await file.close();
  }
}

/**
 * Reads the beginning and the end of a file that somebody else may have put there; they overlap where it is
 * short.
 * @throws UserError as {@link openRegularFile}.
 */
export async function readEnds(
  path: string,
  mostBytes: { readonly head: number; readonly tail: number },
): Promise<{ head: Buffer; tail: Buffer; sizeBytes: number }> {
  const file = await openRegularFile(path);
  try {
    const { size: sizeBytes } = await file.stat();
    const read = async (most: number, from: number): Promise<Buffer> => {
      const length = Math.min(most, sizeBytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(mostBytes.head, 0);
    return { head, tail: await read(mostBytes.tail, Math.max(0, sizeBytes - mostBytes.tail)), sizeBytes };
  } catch (error) {
    throw asPathError(error, path);
  } finally {
    await file.close();
  }
}

/** Windows lacks the last two flags and what they are for. */
function readingFlags(): number {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants as Partial<typeof constants>;
  return (O_RDONLY ?? 0) | (O_NONBLOCK ?? 0) | (O_NOCTTY ?? 0);
}

/** Undefined where the file goes on past the limit. */
async function readUpTo(file: FileHandle, expected: number, limitBytes: number): Promise<Buffer | undefined> {
  // One byte more than is expected, so that a file of the expected size is read in one go.
  let buffer = Buffer.allocUnsafe(Math.min(expected, limitBytes) + 1);
  let done = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, done);
    if (bytesRead === 0) return buffer.subarray(0, done);
    done += bytesRead;
    if (done > limitBytes) return undefined;
    if (done === buffer.length) {
      const larger = Buffer.allocUnsafe(Math.min(2 * done, limitBytes + 1));
      buffer.copy(larger);
      buffer = larger;
    }
  }
}

function nameKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  return stats.isFIFO() ? 'a named pipe' : 'a device';
}

/** @returns `not-a-file`. */
export function notRegular(path: string, stats: Stats): UserError {
  return new UserError(
    'not-a-file',
    `${path} is ${nameKind(stats)}, not a file.`,
    'Put the file itself there, or take it away if it does not belong there.',
  );
}

/** @returns `too-large`. */
export function tooLarge(path: string, howLong: string, limitBytes: number): UserError {
  return new UserError(
    'too-large',
    `${path} is ${howLong}; at most ${groupDigits(limitBytes)} bytes are read.`,
    'Check that this is the right file. If it came from somebody else, download it again.',
  );
}
