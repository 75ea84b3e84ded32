import { readFile, stat } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { parseJson } from '../common/files';
import { systemErrorCode, UserError } from '../common/errors';
import { asReadError } from './byteRange';
import { parsePythonJson } from './pythonJson';

/**
 * Reads a text file of a checkpoint, but no more than `limitBytes` of it.
 * @returns undefined when there is no such file.
 * @throws UserError `too-large` or `not-readable`.
 */
export async function readCappedText(path: string, limitBytes: number): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > limitBytes)
      throw new UserError(
        'too-large',
        `${path} is ${size} bytes long, more than the limit of ${limitBytes}.`,
        'Check that this is the right file; if it is not, download the checkpoint again.',
      );
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw asReadError(error, path);
  }
}

/**
 * Reads and parses a JSON file of a checkpoint, at most `limitBytes` long.
 * @returns undefined when there is no such file.
 * @throws UserError `too-large`, `not-readable`, `broken-json` or `unexpected-content`.
 */
export async function readCappedJson<T>(
  path: string,
  schema: ZodType<T>,
  limitBytes: number,
): Promise<T | undefined> {
  const text = await readCappedText(path, limitBytes);
  if (text === undefined) return undefined;
  return parseJson(
    text,
    schema,
    path,
    'Download the file again from where you got the checkpoint.',
    parsePythonJson,
  );
}
