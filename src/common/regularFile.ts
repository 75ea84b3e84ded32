import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { UserError } from './errors';
import { asPathError } from './pathErrors';

/** Without it, opening a pipe waits for somebody to write into it. Windows has neither the flag nor such pipes. */
const { O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/**
 * Reads a whole file that a user named, or of which anybody could have made something else: a pipe or a
 * device is refused, and no more than `mostBytes` are read. Links are followed.
 * @throws UserError `not-a-file`, `too-large`, or as asPathError.
 */
export async function readRegularFile(path: string, mostBytes: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | O_NONBLOCK).catch((error: unknown) => {
    throw asPathError(error, path);
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw notRegular(path);
    if (stats.size > mostBytes) throw tooLarge(path, stats.size, mostBytes);
    const bytes = Buffer.alloc(stats.size);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } catch (error) {
    throw asPathError(error, path);
  } finally {
    await file.close();
  }
}

/** @returns `not-a-file`. */
export function notRegular(path: string): UserError {
  return new UserError(
    'not-a-file',
    `${path} is not a regular file.`,
    'Check the path, and what lies there.',
  );
}

/** @returns `too-large`. */
export function tooLarge(path: string, sizeBytes: number, mostBytes: number): UserError {
  return new UserError(
    'too-large',
    `${path} is ${sizeBytes} bytes long, more than the limit of ${mostBytes}.`,
    'Check that it is the right file.',
  );
}
