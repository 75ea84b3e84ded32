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
    if (!(error instanceof UserError)) throw error;
    const { reason, message, next } = error;
    if (reason === 'not-found')
      throw new UserError(reason, `There is no ${what} ${path}.`, next, { cause: error });
    if (reason === 'not-a-file')
      throw new UserError(reason, `The ${what} ${path} is not a file.`, 'Check the path.', { cause: error });
    throw new UserError(reason, message, next, { cause: error });
  }
}
