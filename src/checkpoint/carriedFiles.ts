import { readFile, realpath, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { adapterConfig } from './adapters';
import type { Checkpoint } from './checkpoint';
import { isInside, listFolder, notReadyFile, type FolderEntry } from './folderFiles';
import { identityFiles } from './identityFiles';
import { withoutMembers } from './jsonText';
import { isQuantizationFile, leftQuantization } from './oddities';

/** Files that would reveal that a model is marked, or its secrets. */
const secretFile = /\.(fpkeys|fpreport)(\.|$)/i;
/** Weights in any form: a copy of them would be published without the mark. */
const weightCopy =
  /\.(safetensors|bin|pt|pth|ckpt|pkl|gguf|ggml|onnx|onnx_data|msgpack|h5|npz|tflite)(\.index\.json)?$/i;
/**
 * Files that transformers reads in addition to {@link identityFiles}: carried even where they are links to
 * another place.
 */
const knownFiles = new Set([
  ...identityFiles,
  'generation_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
]);

interface CarriedFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly sizeBytes: number;
  /** What the copy holds instead of the file's own bytes. */
  readonly content?: Uint8Array;
}

/** Files besides the weights that a new checkpoint takes from an old one. */
interface CarriedFiles {
  readonly carried: CarriedFile[];
  /** Names of files that are not carried; folders end with a slash. */
  readonly notCarried: string[];
}

/**
 * Sorts the files of a checkpoint folder into those that a published copy may hold and those that it must
 * not: secrets, other copies of the weights, adapters, what is left of a quantisation, the not-ready note,
 * version control, and links that lead out of the checkpoint (a downloaded folder could link to any file of
 * the user's, which would then be published). A quantisation that config.json still names is taken out of it.
 */
export async function listCarriedFiles(checkpoint: Checkpoint): Promise<CarriedFiles> {
  const root = await realpath(checkpoint.dir);
  const weights = new Set(checkpoint.weightFiles);
  const carried: CarriedFile[] = [];
  const notCarried: string[] = [];
  for (const entry of await listFolder(root)) {
    if (weights.has(entry.name)) continue;
    const sizeBytes = await measureCarried(root, entry, checkpoint);
    if (sizeBytes === undefined) notCarried.push(entry.kind === 'folder' ? `${entry.name}/` : entry.name);
    else if (entry.name === 'config.json') carried.push(await carryConfig(checkpoint, entry.name, sizeBytes));
    else carried.push({ name: entry.name, sizeBytes });
  }
  return { carried, notCarried };
}

/** config.json without a quantisation that does not apply: whoever loads the copy would quantise it. */
async function carryConfig(
  { dir, config }: Checkpoint,
  name: string,
  sizeBytes: number,
): Promise<CarriedFile> {
  const fields = leftQuantization(config.raw);
  if (fields.length === 0) return { name, sizeBytes };
  const content = Buffer.from(withoutMembers(await readFile(join(dir, name), 'utf8'), fields));
  return { name, sizeBytes: content.length, content };
}

/** The size in bytes of a file that may be carried, else undefined. */
async function measureCarried(
  root: string,
  { name, kind }: FolderEntry,
  checkpoint: Checkpoint,
): Promise<number | undefined> {
  if (kind === 'folder' || kind === 'other' || secretFile.test(name)) return undefined;
  if (name.toUpperCase() === notReadyFile.toUpperCase() || isLeftOver(name)) return undefined;
  if (weightCopy.test(name) && name !== checkpoint.indexFile) return undefined;
  const path = join(root, name);
  const target = await stat(path).catch(() => undefined);
  if (!target?.isFile()) return undefined;
  if (kind === 'link' && !knownFiles.has(name) && !(await staysInside(root, path))) return undefined;
  return target.size;
}

/** Whether a file describes an adapter or a quantisation, and so would change how a copy is loaded. */
function isLeftOver(name: string): boolean {
  return posix.basename(name) === adapterConfig || isQuantizationFile(name);
}

/** Whether a link leads into the folder itself or into the blobs of the Hugging Face cache it belongs to. */
async function staysInside(root: string, path: string): Promise<boolean> {
  const target = await realpath(path);
  return isInside(root, target) || isInside(join(root, '..', '..', 'blobs'), target);
}
