import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { systemErrorCode, UserError } from '../common/errors';
import { asPathError } from '../common/pathErrors';
import { formatSize } from '../words/figures';
import { explainAdapter, adapterConfig } from './adapters';
import { readCappedJson } from './cappedFile';
import { configJson, mostConfigBytes, mostHeaderBytes } from './limits';
import { findOddities } from './oddities';
import { type TensorInfo, quoteName, readHeader } from './weights/safetensors';
import { type WeightLayout, findWeights, indexFile, refuseOtherFormats } from './weights/weightFiles';

interface CheckpointConfig {
  /** The `model_type` of config.json: the name of the model's family. */
  readonly modelType: string;
  /** The whole of config.json. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A Hugging Face checkpoint on disk. The weights stay on disk. */
export interface Checkpoint {
  /** Absolute. */
  readonly dir: string;
  readonly config: CheckpointConfig;
  /** By name, in the order of the weight files and of the data in them. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Names relative to `dir`. */
  readonly weightFiles: readonly string[];
  /** The name of the index file, where there are shards. */
  readonly indexFile?: string;
  /** Sentences for the user about oddities that do not prevent use. */
  readonly warnings: readonly string[];
}

const configSchema = z.record(z.string(), z.unknown());

/**
 * Opens a checkpoint folder and checks that its config and weight headers are complete. Reads no weights.
 * @throws UserError `no-such-folder`, `not-a-folder`, `missing-config`, `adapter-only`, `broken-json`, `no-model-type`,
 * `missing-shard`, `index-mismatch`, `duplicate-tensor`, and as findWeights and
 * readHeader.
 */
export async function openCheckpoint(dir: string): Promise<Checkpoint> {
  const root = resolve(dir);
  const names = await listNames(root);
  const layout = await findWeights(root, names);
  const config = await readConfig(root, names);
  const tensors = await readHeaders(root, layout);
  return {
    dir: root,
    config,
    tensors,
    weightFiles: layout.files,
    ...(layout.index && { indexFile: layout.index.file }),
    warnings: await findOddities(root, names, layout, config.raw),
  };
}

/** The tensors of each weight file, by the file's path and in the order of their data. */
export function groupByFile(checkpoint: Checkpoint): Map<string, TensorInfo[]> {
  const groups = new Map<string, TensorInfo[]>();
  for (const info of checkpoint.tensors.values()) {
    const group = groups.get(info.path);
    if (group) group.push(info);
    else groups.set(info.path, [info]);
  }
  return groups;
}

/**
 * The names of everything directly in a checkpoint's folder.
 * @throws UserError `no-such-folder`, `not-a-folder`, or as asPathError.
 */
export async function listNames(root: string): Promise<string[]> {
  try {
    if ((await stat(root)).isDirectory()) return await readdir(root);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw asPathError(error, root);
    throw new UserError('no-such-folder', `There is no folder ${root}.`, 'Check the path.', { cause: error });
  }
  throw (
    refuseOtherFormats(root, [basename(root)]) ??
    new UserError(
      'not-a-folder',
      `${root} is a file, not a checkpoint folder.`,
      'Give the folder that contains it.',
    )
  );
}

async function readConfig(root: string, names: readonly string[]): Promise<CheckpointConfig> {
  const path = join(root, 'config.json');
  const raw = await readCappedJson(path, configSchema, mostConfigBytes, configJson);
  if (!raw && names.includes(adapterConfig)) throw await explainAdapter(root);
  if (!raw)
    throw new UserError(
      'missing-config',
      `${root} has weights but no config.json.`,
      'Download config.json from where you got the checkpoint; the weights cannot be used without it.',
    );
  const modelType = raw.model_type;
  if (typeof modelType !== 'string' || modelType === '' || modelType.length > 100)
    throw new UserError(
      'no-model-type',
      `${path} does not name the model's family: "model_type" is missing.`,
      'Download config.json again, or add "model_type" (for example "llama") if you know the family.',
    );
  return { modelType, raw };
}

async function readHeaders(root: string, layout: WeightLayout): Promise<Map<string, TensorInfo>> {
  const tensors = new Map<string, TensorInfo>();
  let bytes = 0;
  for (const file of layout.files) {
    // Hugging Face's cache holds links, but mapping the weights needs the file itself.
    const { tensors: found, headerBytes } = await readHeader(await resolveShard(root, file));
    bytes += headerBytes;
    if (bytes > mostHeaderBytes)
      throw new UserError(
        'header-too-long',
        `The headers of the weight files in ${root} are longer than ${formatSize(mostHeaderBytes)} together.`,
        'Download the weight files again: no known model has such headers.',
      );
    for (const info of found) {
      assertIndexed(info.name, file, layout, root);
      tensors.set(info.name, info);
    }
  }
  for (const [name, file] of layout.index?.weightMap ?? [])
    if (!tensors.has(name))
      throw indexMismatch(root, `names tensor ${quoteName(name)} in ${file}, which does not contain it`);
  return tensors;
}

async function resolveShard(root: string, file: string): Promise<string> {
  try {
    return await realpath(join(root, file));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw asPathError(error, join(root, file));
    throw new UserError(
      'missing-shard',
      `The weight file ${join(root, file)} is missing.`,
      'Download it from where you got the checkpoint.',
      { cause: error },
    );
  }
}

function assertIndexed(name: string, file: string, layout: WeightLayout, root: string): void {
  if (!layout.index) return;
  const expected = layout.index.weightMap.get(name);
  if (expected === undefined)
    throw indexMismatch(root, `does not name tensor ${quoteName(name)}, which is in ${file}`);
  if (expected !== file)
    throw indexMismatch(root, `names tensor ${quoteName(name)} in ${expected}, but it is in ${file} as well`);
}

function indexMismatch(root: string, what: string): UserError {
  return new UserError(
    'index-mismatch',
    `${join(root, indexFile)} ${what}.`,
    'The index and the shards come from different versions: download all of them again.',
  );
}
