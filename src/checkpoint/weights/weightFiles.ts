import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { longRecord } from '../../common/longSchemas';
import { explainAdapter, adapterConfig, isAdapterWeights } from '../adapters';
import { readCappedJson } from '../cappedFile';
import { headerJson, mostIndexBytes, mostShards, mostTensors } from '../limits';
import { quoteName } from './safetensors';
import { formatCount } from '../../words/numbers';

export const singleFile = 'model.safetensors';
export const indexFile = 'model.safetensors.index.json';

/** Files that hold Python pickles: loading one runs any code that its author put in. */
const pickleFile = /\.(bin|pt|pth|ckpt|pkl)$/i;
const ggufFile = /\.gguf$/i;
/** `model-00001-of-00003.safetensors`: one of several, which is no checkpoint by itself. */
const shardFile = /-\d+-of-(\d+)\.safetensors$/;

const indexSchema = z.looseObject({ weight_map: longRecord(z.string().max(1000)) });

/** Where the weights of a checkpoint folder are. */
export interface WeightLayout {
  /** Names relative to the folder, sorted. */
  readonly files: readonly string[];
  /** With shards: the index file's name, and tensor name to file name. */
  readonly index?: { readonly file: string; readonly weightMap: ReadonlyMap<string, string> };
}

/**
 * Decides which files hold the weights, in the order in which transformers looks for them:
 * `model.safetensors`, then the shards of `model.safetensors.index.json`, then the only `.safetensors` file
 * there is that is no adapter.
 * @param names of the files directly in the folder.
 * @throws UserError `pickle-only`, `gguf-only`, `adapter-only`, `no-weights`, `missing-index`,
 * `ambiguous-weights`, `unsafe-shard-name`, `too-large`, or as readCappedJson.
 */
export async function findWeights(dir: string, names: readonly string[]): Promise<WeightLayout> {
  if (names.includes(singleFile)) return { files: [singleFile] };
  if (names.includes(indexFile)) return readIndex(dir);
  const found = names.filter((name) => name.endsWith('.safetensors') && !isAdapterWeights(name));
  if (found.length === 0) throw await noSafetensors(dir, names);
  const shards = Number(shardFile.exec(found[0]!)?.[1] ?? 1);
  if (shards > 1)
    throw new UserError(
      'missing-index',
      `${dir} has shards of a checkpoint (${found[0]!}) but no ${indexFile}.`,
      `Download ${indexFile} into the folder too.`,
    );
  if (found.length > 1)
    throw new UserError(
      'ambiguous-weights',
      `${dir} has ${found.length} .safetensors files, none of them named ${singleFile}, and no ${indexFile}.`,
      `Rename the file with the model to ${singleFile}.`,
    );
  return { files: found };
}

/** The error for a path that is a file, or a folder without safetensors, and holds pickles or GGUF; else undefined. */
export function refuseOtherFormats(path: string, names: readonly string[]): UserError | undefined {
  if (names.some((name) => pickleFile.test(name)))
    return new UserError(
      'pickle-only',
      `${path} has its weights only as Python pickle files (.bin, .pt, .pth), which can run code when loaded and are therefore never opened.`,
      'If you trust where it came from, convert it in Python with transformers: AutoModelForCausalLM.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER, safe_serialization=True), and the same with AutoTokenizer.',
    );
  if (names.some((name) => ggufFile.test(name)))
    return new UserError(
      'gguf-only',
      `${path} has its weights only as GGUF, a format for running models that is not supported here.`,
      'Get the original safetensors checkpoint that the GGUF file was made from, or convert it in Python with transformers: AutoModelForCausalLM.from_pretrained(FOLDER, gguf_file=NAME).save_pretrained(NEW_FOLDER), and the same with AutoTokenizer.',
    );
  return undefined;
}

async function noSafetensors(dir: string, names: readonly string[]): Promise<UserError> {
  const others = names.filter((name) => !isAdapterWeights(name));
  const isAdapter = others.length < names.length || names.includes(adapterConfig);
  return (
    refuseOtherFormats(dir, others) ??
    (isAdapter ? await explainAdapter(dir) : undefined) ??
    new UserError(
      'no-weights',
      `${dir} is not a model: it has no .safetensors file.`,
      'Give the folder with config.json and model.safetensors; in the Hugging Face cache that is a folder inside snapshots.',
    )
  );
}

async function readIndex(dir: string): Promise<WeightLayout> {
  const index = await readCappedJson(join(dir, indexFile), indexSchema, mostIndexBytes, headerJson);
  const weightMap = new Map(Object.entries(index?.weight_map ?? {}));
  const files = [...new Set(weightMap.values())].sort();
  assertFewEnough(dir, weightMap.size, mostTensors, 'tensors');
  assertFewEnough(dir, files.length, mostShards, 'shards');
  for (const file of files) assertSafeShardName(file, dir);
  if (files.length === 0)
    throw new UserError(
      'no-weights',
      `${join(dir, indexFile)} does not name any shard.`,
      'Download the file again.',
    );
  return { files, index: { file: indexFile, weightMap } };
}

function assertFewEnough(dir: string, count: number, most: number, what: string): void {
  if (count <= most) return;
  throw new UserError(
    'too-large',
    `${join(dir, indexFile)} names ${formatCount(count)} ${what}; at most ${formatCount(most)} are read.`,
    'Download the file again, or save the model in fewer parts.',
  );
}

function assertSafeShardName(name: string, dir: string): void {
  const parts = name.split('/');
  const safe = /^[^\\:\0]+\.safetensors$/.test(name) && !parts.some((part) => ['', '.', '..'].includes(part));
  if (!safe)
    throw new UserError(
      'unsafe-shard-name',
      `${join(dir, indexFile)} names the shard ${quoteName(name)}, which is not a .safetensors file inside the folder.`,
      'Do not use this checkpoint unless you know why; download it again from a source you trust.',
    );
}
