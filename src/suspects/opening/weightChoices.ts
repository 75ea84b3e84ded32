import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { findJsonExcess } from '../../common/jsonSize';
import { longRecord } from '../../common/longSchemas';
import { readLimited } from '../../common/regularFile';
import { headerJson, mostIndexBytes } from '../../checkpoint/limits';
import { indexFile, singleFile } from '../../checkpoint/weights/weightFiles';

const indexSchema = z.looseObject({ weight_map: longRecord(z.string().max(1000)) });

/** Weight files that a program could load as the model of a folder. */
export interface WeightChoice {
  /** Relative to the folder, sorted. */
  readonly files: readonly string[];
  readonly indexFile?: string;
  /** The file of each tensor by the index; empty without one. */
  readonly weightMap: ReadonlyMap<string, string>;
}

/**
 * Every set of weight files in a folder that some program would load: the one that config.json names,
 * `model.safetensors`, the shards of an index, or else whatever `.safetensors` files there are. Transformers
 * takes the first, others prefer the index. Adapters are left out.
 * @param names of the files directly in the folder.
 */
export async function listWeightChoices(
  dir: string,
  names: readonly string[],
  config: Readonly<Record<string, unknown>>,
): Promise<WeightChoice[]> {
  const { transformers_weights: named } = config;
  const choices: (WeightChoice | undefined)[] = [
    typeof named === 'string' ? await chooseNamed(dir, named) : undefined,
    (await isFile(join(dir, singleFile))) ? chooseFiles([singleFile]) : undefined,
    names.includes(indexFile) ? await chooseShards(dir, indexFile) : undefined,
  ];
  const found = choices.filter((choice) => choice !== undefined && choice.files.length > 0);
  if (found.length > 0) return found as WeightChoice[];
  const others = names.filter((name) => name.endsWith('.safetensors') && !isAdapterFile(name)).sort();
  return others.length > 0 ? [chooseFiles(others)] : [];
}

export function isAdapterFile(name: string): boolean {
  return /^adapter[_-]/i.test(name);
}

function chooseFiles(files: readonly string[]): WeightChoice {
  return { files, weightMap: new Map() };
}

async function chooseNamed(dir: string, name: string): Promise<WeightChoice | undefined> {
  if (name.endsWith('.index.json')) return isSafeName(name) ? chooseShards(dir, name) : undefined;
  return isSafeName(name) && name.endsWith('.safetensors') && (await isFile(join(dir, name)))
    ? chooseFiles([name])
    : undefined;
}

/** The shards that an index names and that are there: whether one is missing shows when a tensor is needed. */
async function chooseShards(dir: string, index: string): Promise<WeightChoice | undefined> {
  const weightMap = new Map(Object.entries((await readIndex(join(dir, index))) ?? {}));
  const files: string[] = [];
  for (const name of [...new Set(weightMap.values())].sort())
    if (isSafeName(name) && (await isFile(join(dir, name)))) files.push(name);
  return { files, weightMap, ...((await isFile(join(dir, index))) && { indexFile: index }) };
}

async function readIndex(path: string): Promise<Record<string, string> | undefined> {
  try {
    const text = (await readLimited(path, mostIndexBytes)).toString('utf8');
    if (findJsonExcess(text, headerJson) !== undefined) return undefined;
    return indexSchema.parse(JSON.parse(text)).weight_map;
  } catch {
    return undefined;
  }
}

/** A name that stays in the folder. */
function isSafeName(name: string): boolean {
  return !/[\\:\0]/.test(name) && !name.split('/').some((part) => ['', '.', '..'].includes(part));
}

/** Whether this is a regular file, or a link to one, of at most so many bytes. */
export async function isFile(path: string, mostBytes = Infinity): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size <= mostBytes;
}
