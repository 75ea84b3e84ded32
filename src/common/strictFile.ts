import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { groupDigits, systemErrorCode, UserError } from './errors';
import { asPathError } from './pathErrors';
import { notRegular, tooLarge } from './regularFile';

/*
 * Files of ours in a folder that a stranger may have prepared, such as a run folder: never a link, which could
 * lead to any file of the user's, and never a pipe or device, which could block for ever or have no end.
 */

/** Windows has neither flag; there links are looked for before a file is opened. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

/** A caller that writes says that the disk is full or may not be written. */
const diskCodes = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);

const accesses = {
  read: constants.O_RDONLY,
  append: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT,
  /** Fails with `EEXIST` where anything has that name, even a link that leads nowhere. */
  create: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
} as const;
type Access = keyof typeof accesses;

/** Only the owner may read what a run writes. */
const privateMode = 0o600;

/**
 * Opens a regular file that is no link; the caller closes it.
 * @throws UserError `linked-file`, `not-a-file`, or as asPathError; the system's own `ENOENT` and `EEXIST`, and for
 * writing those that asDiskError explains.
 */
export function openStrictly(path: string, access: Access): number {
  refuseLinkFirst(path);
  let file: number;
  try {
    file = openSync(path, accesses[access] | O_NOFOLLOW | O_NONBLOCK, privateMode);
  } catch (error) {
    throw explainOpening(error, path, access);
  }
  try {
    assertPlain(fstatSync(file), path, access);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The same, for work that must not block the event loop. */
export async function openStrictHandle(path: string, access: Access): Promise<FileHandle> {
  refuseLinkFirst(path);
  const file = await open(path, accesses[access] | O_NOFOLLOW | O_NONBLOCK, privateMode).catch(
    (error: unknown) => {
      throw explainOpening(error, path, access);
    },
  );
  try {
    assertPlain(await file.stat(), path, access);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Reads a whole small text file.
 * @returns undefined when there is no such file.
 * @throws UserError as openStrictly, and `too-large` past `mostBytes`.
 */
export function readStrictText(path: string, mostBytes: number): string | undefined {
  let file: number;
  try {
    file = openStrictly(path, 'read');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    if (size > mostBytes) throw tooLarge(path, `${groupDigits(size)} bytes long`, mostBytes);
    const bytes = Buffer.alloc(size);
    let done = 0;
    while (done < size) {
      const count = readSync(file, bytes, done, size - done, done);
      if (count === 0) break;
      done += count;
    }
    return bytes.toString('utf8', 0, done);
  } finally {
    closeSync(file);
  }
}

function refuseLinkFirst(path: string): void {
  if (O_NOFOLLOW === 0 && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw linkedFile(path, 'is a link');
}

/** A file with a second name is written only by replacing it: the other name may belong to anything. */
function assertPlain(stats: Stats, path: string, access: Access): void {
  if (!stats.isFile()) throw notRegular(path, stats);
  if (access === 'append' && stats.nlink > 1)
    throw linkedFile(path, 'is the same file as another one elsewhere (a hard link)');
}

/** Systems say differently that the last part of a path is a link, and that a pipe has no reader. */
function explainOpening(error: unknown, path: string, access: Access): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'EEXIST') return error;
  if (isLink(path)) return linkedFile(path, 'is a link');
  return access !== 'read' && diskCodes.has(code ?? '') ? error : asPathError(error, path);
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function linkedFile(path: string, what: string): UserError {
  return new UserError(
    'linked-file',
    `${path} ${what}, and this program makes none there: it would read or change another file.`,
    'Do not use this folder unless you know who made it; to use it, replace the link by a copy of the file.',
  );
}
