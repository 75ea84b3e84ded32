import { open } from 'node:fs/promises';
import { systemErrorCode, UserError } from '../../common/errors';

/**
 * Reads a file that the user named, as bytes.
 * @param what the kind of file, for errors ("seed file").
 * @throws UserError `not-found`, `not-a-file`, or `too-large` past `mostBytes`.
 */
export async function readSmallFile(path: string, what: string, mostBytes: number): Promise<Buffer> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw new UserError('not-found', `There is no ${what} ${path}.`, 'Check the path.', { cause: error });
  }
  try {
    const information = await file.stat();
    if (!information.isFile())
      throw new UserError('not-a-file', `The ${what} ${path} is not a file.`, 'Check the path.');
    if (information.size > mostBytes)
      throw new UserError(
        'too-large',
        `The ${what} ${path} has ${information.size} bytes, more than the limit of ${mostBytes}.`,
        'Check that it is the right file.',
      );
    return await file.readFile();
  } finally {
    await file.close();
  }
}
