import { randomBytes } from 'node:crypto';
import { access, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ZodType } from 'zod';
import { systemErrorCode, UserError } from './errors';
import { readLimited } from './regularFile';
import { readStrictText } from './strictFile';

/**
 * Writes a file so that a reader sees either the old bytes or the new ones: writes beside it, flushes, then
 * renames.
 * @throws UserError `disk-full` when there is no space; the old file is untouched.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const beside = nameBeside(path);
  try {
    await writeAndFlush(beside, data, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw asDiskError(error, path);
  }
}

/**
 * Writes a file that must not exist yet, whole from its first moment.
 * @throws UserError `disk-full` or `not-writable`; the system's own `EEXIST` when anything has that name.
 */
export async function writeNewFile(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const beside = nameBeside(path);
  try {
    await writeAndFlush(beside, data, mode);
    await linkOrWrite(beside, path, data, mode);
  } catch (error) {
    throw asDiskError(error, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/** Disks without hard links (exFAT, some shares) get the file written directly. */
async function linkOrWrite(
  beside: string,
  path: string,
  data: string | Uint8Array,
  mode: number,
): Promise<void> {
  try {
    await link(beside, path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw error;
    await writeAndFlush(path, data, mode).catch(async (fault: unknown) => {
      // What was begun here is no file of anybody's, and would be in the way of the next try.
      if (systemErrorCode(fault) !== 'EEXIST') await rm(path, { force: true });
      throw fault;
    });
  }
}

function nameBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

async function writeAndFlush(path: string, data: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
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

/** Far above any JSON file of ours that is read whole. */
const mostJsonBytes = 64_000_000;

/**
 * Reads a JSON file that a user named and parses it with a schema. Links are followed.
 * @throws UserError `not-found`, `not-a-file`, `not-readable`, `too-large`, `broken-json` or
 * `unexpected-content`, each with `next` as its next step.
 */
export async function readJsonFile<T>(path: string, schema: ZodType<T>, next: string): Promise<T> {
  let bytes: Buffer;
  try {
    bytes = await readLimited(path, mostJsonBytes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.reason, error.message, next, { cause: error });
  }
  return parseJson(bytes.toString('utf8'), schema, path, next);
}

/**
 * The same for a file of ours in a folder that a stranger may have prepared: it must not be a link.
 * @throws UserError as readJsonFile, and `linked-file`.
 */
export function readStrictJson<T>(path: string, schema: ZodType<T>, next: string): T {
  const text = readStrictText(path, mostJsonBytes);
  if (text === undefined) throw new UserError('not-found', `There is no file ${path}.`, next);
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
