import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { UserError } from '../common/errors';
import { readLimited } from '../common/regularFile';
import { adapterConfig } from './adapters';
import type { Checkpoint } from './checkpoint';
import { isInside, listFolder, notReadyFile, type FolderEntry } from './folderFiles';
import { identityFiles } from './identityFiles';
import { withoutMembers } from './jsonText';
import { mostConfigBytes } from './limits';
import { isQuantizationFile, leftQuantization } from './oddities';

/** Files that would reveal that a model is marked, or its secrets. */
const secretFile = /\.(fpkeys|fpreport)(\.|$)/i;
/** Weights in any form: a copy of them would be published without the mark. */
const weightCopy =
  /\.(safetensors|bin|pt|pth|ckpt|pkl|gguf|ggml|onnx|onnx_data|msgpack|h5|npz|tflite)(\.index\.json)?$/i;

interface CarriedFile {
  /** Relative to the folder. */
  readonly name: string;
  /** Where it lies, free of links. */
  readonly path: string;
  readonly sizeBytes: number;
  /** What the copy holds instead of the file's own bytes. */
  readonly content?: Uint8Array;
}

/** Files besides the weights that a new checkpoint takes from an old one. */
interface CarriedFiles {
  /** Copied byte for byte, except those with a `content` of their own. */
  readonly carried: CarriedFile[];
  /** Names of files that are not carried; folders end with a slash. */
  readonly notCarried: string[];
  /** Those of them that are links to a place outside the checkpoint. */
  readonly linksLeftOut: string[];
}

/**
 * Sorts the files of a checkpoint folder into those that a published copy may hold and those that it must
 * not: secrets, other copies of the weights, adapters, what is left of a quantisation, the not-ready note,
 * version control, and links that lead out of the checkpoint, whatever their name (a downloaded folder could
 * link to any file of the user's, which would then be published). A quantisation that config.json still names
 * is taken out of it.
 */
export async function listCarriedFiles(checkpoint: Checkpoint): Promise<CarriedFiles> {
  const root = await realpath(checkpoint.dir);
  const weights = new Set(checkpoint.weightFiles);
  const entries = await listFolder(root);
  // A link inside the folder must not give another name to what may not be published under its own.
  const published = new Set(
    entries
      .filter(
        (entry) => entry.kind === 'file' && !weights.has(entry.name) && mayBePublished(entry, checkpoint),
      )
      .map(({ name }) => join(root, name)),
  );
  const found: CarriedFiles = { carried: [], notCarried: [], linksLeftOut: [] };
  for (const entry of entries) {
    const { name, kind } = entry;
    if (weights.has(name)) continue;
    const file = mayBePublished(entry, checkpoint) ? await findFile(join(root, name)) : undefined;
    if (file && (published.has(file.path) || isCacheBlob(root, file.path))) {
      const carried = { name, ...file };
      found.carried.push(name === 'config.json' ? await carryConfig(checkpoint, carried) : carried);
      continue;
    }
    found.notCarried.push(kind === 'folder' ? `${name}/` : name);
    if (kind === 'link' && !isInside(root, file?.path ?? root)) found.linksLeftOut.push(name);
  }
  return found;
}

/** config.json without a quantisation that does not apply: whoever loads the copy would quantise it. */
async function carryConfig({ config }: Checkpoint, file: CarriedFile): Promise<CarriedFile> {
  const fields = leftQuantization(config.raw);
  if (fields.length === 0) return file;
  const text = (await readLimited(file.path, mostConfigBytes)).toString('utf8');
  const content = Buffer.from(withoutMembers(text, fields));
  return { ...file, sizeBytes: content.length, content };
}

/**
 * Checks that nothing without which a copy could not be used is a link that leads out of the checkpoint. Called
 * before long work as well as by the writer itself.
 * @throws UserError `linked-file`.
 */
export function assertNeededCarried(
  checkpoint: Checkpoint,
  { linksLeftOut }: Pick<CarriedFiles, 'linksLeftOut'>,
): void {
  const needed = new Set<string>([...identityFiles, ...(checkpoint.indexFile ? [checkpoint.indexFile] : [])]);
  const missing = linksLeftOut.find((name) => needed.has(name));
  if (missing === undefined) return;
  throw new UserError(
    'linked-file',
    `${join(checkpoint.dir, missing)} is a link that leads out of the checkpoint: it would be missing from a copy, because links out of a folder are never copied.`,
    'Replace the link by the file itself, if it is the right one.',
  );
}

function mayBePublished({ name, kind }: FolderEntry, checkpoint: Checkpoint): boolean {
  if (kind === 'folder' || kind === 'other' || secretFile.test(name)) return false;
  if (name.toUpperCase() === notReadyFile.toUpperCase() || isLeftOver(name)) return false;
  return !weightCopy.test(name) || name === checkpoint.indexFile;
}

/** Whether a file describes an adapter or a quantisation, and so would change how a copy is loaded. */
function isLeftOver(name: string): boolean {
  return posix.basename(name) === adapterConfig || isQuantizationFile(name);
}

/** A file behind all links, with its size in bytes; undefined for anything else. */
async function findFile(path: string): Promise<{ path: string; sizeBytes: number } | undefined> {
  const target = await realpath(path).catch(() => undefined);
  const stats = target === undefined ? undefined : await stat(target).catch(() => undefined);
  return target !== undefined && stats?.isFile() === true
    ? { path: target, sizeBytes: stats.size }
    : undefined;
}

/**
 * Whether a file is among the blobs of the Hugging Face cache that a folder belongs to: a snapshot is
 * `models--NAME/snapshots/REVISION`, and its files are links to `models--NAME/blobs/HASH`.
 */
function isCacheBlob(root: string, target: string): boolean {
  return basename(dirname(root)) === 'snapshots' && isInside(join(root, '..', '..', 'blobs'), target);
}
