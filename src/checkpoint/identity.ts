import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openRegularFile } from '../common/regularFile';
import { forEachChunk, newChunkBuffer } from './byteRange';
import type { Checkpoint } from './checkpoint';
import { gatherTokens } from './tokenizer/specialTokens';
import { listOlderFiles, readTokenizerConfig } from './tokenizer/tokenizerConfig';
import { readTokenizerJson } from './tokenizer/tokenizerJson';
import { identityFiles } from './identityFiles';

/** One file of a manifest. */
interface FileDigest {
  /** Relative to the checkpoint's folder, with forward slashes. */
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A checkpoint's digest with the files from which it was computed. */
interface CheckpointDigest {
  /** Lower-case hexadecimal SHA-256. */
  readonly root: string;
  /** Sorted by name. */
  readonly files: readonly FileDigest[];
}

/**
 * The digest of a checkpoint: the root digest of an OpenSSF Model Signing 1.0 manifest (method `files`,
 * SHA-256) over the weight files, their index, config.json, tokenizer.json, tokenizer_config.json and
 * chat_template.jinja, and the files of an older checkpoint where transformers reads them, as far as they
 * exist. Other files, such as a README, do not affect it. Links are followed.
 * @param leavesStrange whether a folder or a pipe of such a name is left out instead of being refused.
 * @throws UserError `not-found`, `not-a-file` or `not-readable`; Cancelled.
 */
export async function digestCheckpoint(
  checkpoint: Pick<Checkpoint, 'dir' | 'weightFiles' | 'indexFile'>,
  signal?: AbortSignal,
  { leavesStrange = false } = {},
): Promise<CheckpointDigest> {
  const { dir } = checkpoint;
  const names = [...identityFiles, ...(await listOlderFiles(dir))];
  const beside = await keepExisting(dir, names, leavesStrange);
  const index = checkpoint.indexFile === undefined ? [] : [checkpoint.indexFile];
  const files: FileDigest[] = [];
  const reading = { signal, buffer: newChunkBuffer() };
  for (const name of [...checkpoint.weightFiles, ...index, ...beside].sort(compareNames))
    files.push(await digestFile(dir, name, reading));
  return { root: rootDigest(files), files };
}

/**
 * SHA-256 over the raw digests of the files, ordered by the code points of their names (OpenSSF Model Signing
 * 1.0, section 6.5.1).
 * @returns lower-case hexadecimal.
 */
export function rootDigest(files: readonly Pick<FileDigest, 'name' | 'sha256'>[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => compareNames(a.name, b.name)))
    hash.update(Buffer.from(file.sha256, 'hex'));
  return hash.digest('hex');
}

/**
 * A digest of a tokenizer's tokens and their ids: SHA-256 over every token's id and text and the merges in
 * order. Two tokenizers with the same digest give every id the same text, whatever the form of their files.
 * @returns lower-case hexadecimal.
 * @throws UserError as readTokenizerJson and readTokenizerConfig.
 */
export async function digestTokenizer(dir: string): Promise<string> {
  const json = await readTokenizerJson(dir);
  const { texts } = gatherTokens(json, await readTokenizerConfig(dir));
  const hash = createHash('sha256');
  for (const [id, text] of [...texts].sort(([a], [b]) => a - b))
    hash.update(`${JSON.stringify([id, text])}\n`);
  for (const merge of json.merges) hash.update(`${JSON.stringify(merge)}\n`);
  return hash.digest('hex');
}

async function digestFile(
  dir: string,
  name: string,
  reading: Parameters<typeof forEachChunk>[2],
): Promise<FileDigest> {
  const path = join(dir, name);
  const hash = createHash('sha256');
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const whole = { file, path, position: 0, length: size };
    await forEachChunk(whole, (chunk) => void hash.update(chunk), reading);
    return { name, sha256: hash.digest('hex'), sizeBytes: size };
  } finally {
    await file.close();
  }
}

async function keepExisting(
  dir: string,
  names: readonly string[],
  leavesStrange: boolean,
): Promise<string[]> {
  const kept: string[] = [];
  for (const name of names) {
    const found = await stat(join(dir, name)).catch(() => undefined);
    if (found && (found.isFile() || !leavesStrange)) kept.push(name);
  }
  return kept;
}

/** UTF-8 bytes sort in code-point order; JavaScript's own order of UTF-16 units does not. */
function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
