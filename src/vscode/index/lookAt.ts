import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findMissingTokenizer } from '../../checkpoint/tokenizer/tokenizerJson';
import type { Reason } from '../../common/reasons';
import { openCheckpoint } from '../../checkpoint/checkpoint';
import { digestCheckpoint } from '../../checkpoint/identity';
import { UserError } from '../../common/errors';
import { readKeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { describeCheckpoint } from '../../operations/describeCheckpoint';
import { readNotReadyNote } from '../../operations/copy/notReadyNote';
import { readDigestedFiles } from './fileVersion';
import type { FoundCheckpoint, FoundKeySet, FoundProblem } from './found';

/** Reasons for which a sound folder of another program is unsupported rather than damaged. */
const unsupportedReasons = new Set<Reason>([
  'unsupported-family',
  'unsupported-config',
  'unsupported-dtype',
  'unknown-dtype',
  'pickle-only',
  'gguf-only',
]);

/**
 * Describes a checkpoint folder by its config and headers, or by why it cannot be used.
 * @param note is given an error that nobody foresaw, for the log.
 */
export async function lookAtCheckpoint(
  path: string,
  note: (error: unknown) => void,
): Promise<FoundCheckpoint> {
  const weightFiles = await listWeightFiles(path);
  const notReady = await readNotReadyNote(path);
  const found = {
    path,
    name: basename(path),
    weightFiles,
    ...(await readDigestedFiles(path)),
    ...(notReady && { notReady }),
  };
  try {
    const { facts } = await describeCheckpoint(path);
    const missing = await findMissingTokenizer(path);
    return { ...found, facts, ...(missing && { unmarkable: describeProblem(missing, note) }) };
  } catch (error) {
    return { ...found, problem: describeProblem(error, note) };
  }
}

/** The digest of a checkpoint, after reading all of it; undefined where it cannot be read. `note` as above. */
export async function digestFolder(
  path: string,
  note: (error: unknown) => void,
): Promise<string | undefined> {
  try {
    return (await digestCheckpoint(await openCheckpoint(path))).root;
  } catch (error) {
    if (!(error instanceof UserError)) note(error);
    return undefined;
  }
}

/** Describes a key file by the part that needs no passphrase; `note` as above. */
export async function lookAtKeySet(path: string, note: (error: unknown) => void): Promise<FoundKeySet> {
  const found = { path, name: basename(path) };
  try {
    return { ...found, header: await readKeyFilePublic(path) };
  } catch (error) {
    return { ...found, problem: describeProblem(error, note) };
  }
}

function describeProblem(error: unknown, note: (error: unknown) => void): FoundProblem {
  if (error instanceof UserError) {
    const { reason, message, next } = error;
    return { reason, message, next, kind: unsupportedReasons.has(reason) ? 'unsupported' : 'damaged' };
  }
  note(error);
  return {
    reason: 'unexpected',
    message: `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    next: 'See the log for details. If it came from somebody else, it may be made to do this.',
    kind: 'damaged',
  };
}

async function listWeightFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.safetensors')).map((name) => join(folder, name));
}
