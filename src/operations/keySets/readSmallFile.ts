import { UserError } from '../../common/errors';
import { readLimited } from '../../common/regularFile';

/**
 * Reads a file that the user named, as bytes.
 * @param what the kind of file, for errors ("seed file").
 * @throws UserError `not-found`, `not-a-file`, `not-readable`, or `too-large` past `mostBytes`.
 */
export async function readSmallFile(path: string, what: string, mostBytes: number): Promise<Buffer> {
  try {
    return await readLimited(path, mostBytes);
  } catch (error) {
    throw error instanceof UserError ? nameIt(error, path, what) : error;
  }
}

function nameIt(error: UserError, path: string, what: string): UserError {
  const { reason, message, next } = error;
  const named =
    reason === 'not-found'
      ? `There is no ${what} ${path}.`
      : message.replace(path, () => `The ${what} ${path}`);
  return new UserError(reason, named, next, { cause: error });
}
