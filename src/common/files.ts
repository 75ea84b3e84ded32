import { randomBytes } from 'node:crypto';
import { access, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ZodType } from 'zod';
import { systemErrorCode, UserError } from './errors';

/**
 * Writes a file so that a reader sees either the old bytes or the new ones: writes beside it, flushes, then
 * renames.
 * @throws UserError `disk-full` when there is no space; the old file is untouched.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw asDiskError(error, path);
  }
}

/** Turns the system's "no space", "read-only" and "not permitted" into sentences. Returns any other error unchanged. */
export function asDiskError(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UserError(
      'disk-full',
      `The disk is full: ${path} could not be written.`,
      'Nothing was lost. Free some space or choose a folder on another disk, then run the same command again.',
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new UserError(
      'not-writable',
      `${path} cannot be written: the folder is read-only or belongs to another user.`,
      'Choose another folder or change its permissions.',
      { cause: error },
    );
  return error;
}

/**
 * Reads a JSON file and parses it with a schema: the border for everything stored as JSON.
 * @throws UserError `not-found`, `broken-json` or `unexpected-content`, each with `next` as its next step.
 */
export async function readJsonFile<T>(path: string, schema: ZodType<T>, next: string): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new UserError('not-found', `There is no file ${path}.`, next, { cause: error });
  }
  return parseJson(text, schema, path, next);
}

/**
 * Parses JSON text with a schema. `name` tells in errors whose text it was; `parse` reads a dialect of JSON and throws for
 * anything else.
 */
export function parseJson<T>(
  text: string,
  schema: ZodType<T>,
  name: string,
  next: string,
  parse: (text: string) => unknown = JSON.parse,
): T {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UserError('broken-json', `${name} is not valid JSON.`, next, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = issue.path.length > 0 ? ` at "${issue.path.map(String).join('.')}"` : '';
  throw new UserError(
    'unexpected-content',
    `${name} has an unexpected value${where}: ${issue.message}.`,
    next,
  );
}

/** Whether there is a file or folder that this process may see. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** For `catch`: something missing becomes undefined; any other error is thrown again. */
export function ignoreMissing(error: unknown): undefined {
  const code = systemErrorCode(error);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
}
