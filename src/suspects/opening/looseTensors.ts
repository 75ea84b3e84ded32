import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled, UserError } from '../../common/errors';
import { readHeader, type TensorInfo } from '../../checkpoint/weights/safetensors';
import { isFile, type WeightChoice } from './weightChoices';

/** The tensors of a suspect's weight files, whatever else may be wrong with them. */
export interface LooseTensors {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** The other copies of tensors that lie in two shards; empty where none does. */
  readonly copies: ReadonlyMap<string, TensorInfo>;
  /** Why a file could not be read, one sentence for each. */
  readonly problems: readonly string[];
}

/**
 * Reads the headers of weight files without asking that they agree with an index, that every type is known or
 * that every file is there. Of two tensors of one name the index says which one counts, else the last.
 */
export async function readLooseTensors(dir: string, choice: WeightChoice): Promise<LooseTensors> {
  const tensors = new Map<string, TensorInfo>();
  const copies = new Map<string, TensorInfo>();
  const problems: string[] = [];
  for (const file of choice.files)
    for (const info of await readTensors(join(dir, file), problems)) {
      const name = stripWrapper(info.name);
      const known = tensors.get(name);
      if (!known) {
        tensors.set(name, info);
        continue;
      }
      const expected = choice.weightMap.get(info.name);
      const keepsKnown = expected !== undefined && expected !== file;
      tensors.set(name, keepsKnown ? known : info);
      copies.set(name, keepsKnown ? info : known);
    }
  return { tensors: withoutPrefix(tensors), copies: withoutPrefix(copies), problems };
}

async function readTensors(path: string, problems: string[]): Promise<TensorInfo[]> {
  try {
    if (!(await isFile(path))) throw new Error('not a file');
    return (await readHeader(await realpath(path), { isLenient: true })).tensors;
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    problems.push(error instanceof UserError ? error.message : `${path} is no weight file.`);
    return [];
  }
}

/** Parts of names that compiling, adapting or wrapping a model leaves behind. */
function stripWrapper(name: string): string {
  return name
    .replaceAll('_orig_mod.', '')
    .replaceAll('.base_layer.', '.')
    .replace(/^(module\.)+/, '');
}

/** The norms, one in each family's model, from which the prefix of all names can be read. */
const anchors = ['model.norm.weight', 'transformer.ln_f.weight', 'gpt_neox.final_layer_norm.weight'];

/** Removes what a wrapper put before every name: `module.`, `base_model.model.`, `language_model.`. */
function withoutPrefix(tensors: ReadonlyMap<string, TensorInfo>): ReadonlyMap<string, TensorInfo> {
  const anchor = [...tensors.keys()].find((name) => anchors.some((end) => name.endsWith(`.${end}`)));
  const end = anchors.find((name) => anchor?.endsWith(`.${name}`));
  if (anchor === undefined || end === undefined || tensors.has(end)) return tensors;
  const prefix = anchor.slice(0, -end.length);
  return new Map(
    [...tensors].map(([name, info]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, info]),
  );
}
