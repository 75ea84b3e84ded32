import type { ZodType } from 'zod';
import { parseJson } from '../common/files';
import { UserError } from '../common/errors';
import { findJsonExcess, type JsonLimits } from '../common/jsonSize';
import { readLimited } from '../common/regularFile';
import { mostJson } from './limits';
import { parsePythonJson } from './pythonJson';

/**
 * Reads a text file of a checkpoint, but no more than `limitBytes` of it.
 * @returns undefined when there is no such file.
 * @throws UserError `too-large`, `not-a-file` or `not-readable`.
 */
export async function readCappedText(path: string, limitBytes: number): Promise<string | undefined> {
  try {
    return (await readLimited(path, limitBytes)).toString('utf8');
  } catch (error) {
    if (error instanceof UserError && error.reason === 'not-found') return undefined;
    throw error;
  }
}

/**
 * Reads and parses a JSON file of a checkpoint, at most `limitBytes` long and within `limits`.
 * @returns undefined when there is no such file.
 * @throws UserError `too-large`, `not-a-file`, `not-readable`, `broken-json` or `unexpected-content`.
 */
export async function readCappedJson<T>(
  path: string,
  schema: ZodType<T>,
  limitBytes: number,
  limits = mostJson,
): Promise<T | undefined> {
  const text = await readCappedText(path, limitBytes);
  if (text === undefined) return undefined;
  assertModestJson(text, path, limits);
  return parseJson(
    text,
    schema,
    path,
    'Download the file again from where you got the checkpoint.',
    parsePythonJson,
  );
}

/**
 * Requires that JSON is small enough to be parsed; `name` says in errors what it is.
 * @throws UserError `too-large`.
 */
export function assertModestJson(text: string, name: string, limits: JsonLimits): void {
  const excess = findJsonExcess(text, limits);
  if (excess === undefined) return;
  throw new UserError(
    'too-large',
    `${name} ${excess}, more than any model needs.`,
    'Check that this is the right file. If it came from somebody else, download it again.',
  );
}
