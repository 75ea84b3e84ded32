import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Reason } from '../../common/reasons';
import { UserError } from '../../common/errors';
import { readKeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { notReadyFile } from '../../checkpoint/folderFiles';
import { describeCheckpoint } from '../../operations/describeCheckpoint';
import { readNotReadyNote } from '../../operations/copy/notReadyNote';
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

/** Describes a checkpoint folder by its config and headers, or by why it cannot be used. */
export async function lookAtCheckpoint(path: string): Promise<FoundCheckpoint> {
  const weightFiles = await listWeightFiles(path);
  const notReady = await readNotReadyNote(path);
  const found = {
    path,
    name: basename(path),
    weightFiles,
    changedAtMs: await findYoungest(weightFiles),
    ...(notReady && { notReady }),
  };
  try {
    const { facts } = await describeCheckpoint(path);
    return { ...found, facts };
  } catch (error) {
    return { ...found, problem: describeProblem(error) };
  }
}

/** The files whose change makes the description of a checkpoint outdated. */
export async function listParts(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => []);
  const isTelling = (name: string): boolean => /\.safetensors|\.json$/.test(name) || name === notReadyFile;
  return names.filter(isTelling).map((name) => join(path, name));
}

/** Describes a key file by the part that needs no passphrase. */
export async function lookAtKeySet(path: string): Promise<FoundKeySet> {
  const found = { path, name: basename(path) };
  try {
    return { ...found, header: await readKeyFilePublic(path) };
  } catch (error) {
    return { ...found, problem: describeProblem(error) };
  }
}

function describeProblem(error: unknown): FoundProblem {
  if (error instanceof UserError) {
    const { reason, message, next } = error;
    return { reason, message, next, kind: unsupportedReasons.has(reason) ? 'unsupported' : 'damaged' };
  }
  if (!(error instanceof Error && 'code' in error)) throw error;
  return {
    reason: 'not-readable',
    message: `It cannot be read: ${error.message}.`,
    next: 'Check its permissions.',
    kind: 'damaged',
  };
}

async function listWeightFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.safetensors')).map((name) => join(folder, name));
}

async function findYoungest(files: readonly string[]): Promise<number> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return Math.max(0, ...found.map((stats) => stats?.mtimeMs ?? 0));
}
