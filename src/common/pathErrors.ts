import { systemErrorCode, UserError } from './errors';
import type { Reason } from './reasons';

interface Explained {
  readonly reason: Reason;
  /** What is wrong with the path, after its name. */
  readonly words: string;
  readonly next: string;
}

const checkPath = 'Check the path.';
const replaceIt = 'Put the file itself there, or take it away if it does not belong there.';
const explanations: Readonly<Record<string, Explained>> = {
  EACCES: {
    reason: 'not-readable',
    words: 'cannot be read: its permissions do not allow it',
    next: 'Change its permissions, or run the command as the user who owns it.',
  },
  EPERM: {
    reason: 'not-readable',
    words: 'cannot be read: its permissions do not allow it',
    next: 'Change its permissions, or run the command as the user who owns it.',
  },
  EISDIR: { reason: 'not-a-file', words: 'is a folder, not a file', next: replaceIt },
  ENXIO: { reason: 'not-a-file', words: 'is a socket or a device, not a file', next: replaceIt },
  ENODEV: { reason: 'not-a-file', words: 'is a device, not a file', next: replaceIt },
  EOPNOTSUPP: { reason: 'not-a-file', words: 'is a socket, not a file', next: replaceIt },
  ELOOP: {
    reason: 'not-readable',
    words: 'is a link that leads back to itself',
    next: 'Replace the link by the file itself.',
  },
  ENAMETOOLONG: {
    reason: 'not-found',
    words: 'cannot exist: the name is longer than this system allows',
    next: checkPath,
  },
  EMFILE: {
    reason: 'not-readable',
    words: 'cannot be opened: this program has too many files open',
    next: 'Allow more open files ("ulimit -n"), then run the same command again.',
  },
  EIO: {
    reason: 'not-readable',
    words: 'cannot be read: the disk reports an error',
    next: 'Check the disk, or use another copy of the file.',
  },
};

/**
 * Turns what the system says about a path into a sentence: every error of the file system has one. Returns
 * any other error unchanged.
 */
export function asPathError(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code === undefined || error instanceof UserError) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new UserError('not-found', `There is no file ${path}.`, checkPath, { cause: error });
  const known = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  if (known) return new UserError(known.reason, `${path} ${known.words}.`, known.next, { cause: error });
  if (!isFromFileSystem(error)) return error;
  return new UserError(
    'not-readable',
    `${path} cannot be used: the system reports ${code}.`,
    'Check what it is and where it lies.',
    { cause: error },
  );
}

/** Errors of the file system carry the number of the error and the path it is about. */
function isFromFileSystem(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && 'path' in error;
}
