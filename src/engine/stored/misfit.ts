import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { adapterAlone, isAdapterTensor } from '../../checkpoint/adapters';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { isFloatDtype } from '../../checkpoint/weights/dtypes';
import { quoteName, type TensorInfo } from '../../checkpoint/weights/safetensors';
import { indexFile, singleFile } from '../../checkpoint/weights/weightFiles';
import { UserError } from '../../common/errors';
import { isComputedAnew } from './unreadTensors';

const mostPrefixes = 10;

/** What wrappers of a model put before the names of what they wrap, wherever they sit. */
const wrapper =
  /(?<=^|\.)(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|module|base_model\.model)\./g;

const quantizationSchema = z.looseObject({ quant_method: z.string().max(40) });

const mergeAdapter =
  'Merge it in Python with peft: model.merge_and_unload().save_pretrained(NEW_FOLDER), and save the tokenizer there too.';

/** A parameter that no tensor holds: its name in the formula, and every name that it could have been stored under. */
interface Missing {
  readonly name: string;
  readonly names: readonly string[];
}

/** Why a checkpoint lacks a parameter, and what to do: the release is rarely to blame. */
export function explainMissing(checkpoint: Checkpoint, missing: Missing): UserError {
  const stored = [...checkpoint.tensors.keys()];
  // Most ways to quantise weights give them other names.
  const quantised = [...checkpoint.tensors.values()].find(
    (tensor) => !isFloatDtype(tensor.dtype) && !isComputedAnew(tensor),
  );
  if (quantised) return explainDtype(checkpoint, quantised);
  const ofAdapter = stored.filter(isAdapterTensor);
  if (ofAdapter.length > 0 && 2 * ofAdapter.length >= stored.length) return adapterAlone(checkpoint.dir);
  if (ofAdapter.length > 0)
    return new UserError(
      'wrapped-names',
      `The weights in ${checkpoint.dir} hold an adapter that was never merged: ${quoteName(ofAdapter[0]!)} lies beside the matrix that it changes.`,
      mergeAdapter,
    );
  return (
    explainPrefix(checkpoint, stored, missing) ??
    new UserError(
      'config-mismatch',
      `config.json requires the tensor ${quoteName(missing.name)}, which the weights do not have.`,
      'Take config.json and the weight files from the same release of the model.',
    )
  );
}

/** DeepSpeed's stage 3 keeps the values of every tensor in parts on several processors, and an empty one in the model. */
export function explainEmpty({ name, path, shape }: TensorInfo): UserError {
  return new UserError(
    'empty-tensors',
    `Tensor ${quoteName(name)} in ${path} is empty, with the shape [${shape.join(', ')}]: the model was saved without its values, as DeepSpeed ZeRO-3 does unless told to gather them.`,
    'Save it again with stage3_gather_16bit_weights_on_model_save set to true, or make the weights from the training checkpoint with zero_to_fp32.py.',
  );
}

/** Weights of integers or of eight bits: quantised, or never meant to be trained. */
export function explainDtype({ dir, config }: Checkpoint, { name, path, dtype }: TensorInfo): UserError {
  const quantization = quantizationSchema.safeParse(config.raw.quantization_config);
  const method = quantization.success ? `, quantised with ${quoteName(quantization.data.quant_method)}` : '';
  const hasOther = basename(path) === singleFile && existsSync(join(dir, indexFile));
  return new UserError(
    'unsupported-dtype',
    `Tensor ${quoteName(name)} in ${path} is stored as ${dtype}${method}; only F32, F16 and BF16 can be used.`,
    hasOther
      ? `The folder also has ${indexFile}: if its shards are the original weights, move ${singleFile} out of the folder.`
      : 'Use the original checkpoint in bfloat16, float16 or float32, and quantise the result afterwards.',
  );
}

function explainPrefix(
  { dir }: Checkpoint,
  stored: readonly string[],
  { names }: Missing,
): UserError | undefined {
  const wanted = new Set(names);
  const wrapped = stored.find((name) => wanted.has(name.replace(wrapper, '')));
  const prefix = wrapped === undefined ? foreignPrefix(stored, names) : wrapped.match(wrapper)![0];
  if (prefix === undefined) return undefined;
  const all = stored.every((name) => name.startsWith(prefix));
  return new UserError(
    'wrapped-names',
    `${all ? 'All' : 'The'} tensor names in ${dir} ${all ? 'begin with' : 'contain'} ${quoteName(prefix)}, which was left by whatever wrapped the model when it was saved; transformers would not find the weights either.`,
    `Save the model inside the wrapper again (${savesInner(prefix)}), or take ${quoteName(prefix)} out of the names, in Python: from safetensors.torch import load_file, save_file; save_file({name.replace(${quoteName(prefix)}, ""): tensor for name, tensor in load_file(FILE).items()}, FILE, metadata={"format": "pt"}).`,
  );
}

function savesInner(prefix: string): string {
  if (prefix === 'base_model.model.') return 'model.merge_and_unload().save_pretrained(FOLDER)';
  const attribute = /^[\w.]+$/.test(prefix) ? prefix.slice(0, -1) : 'inner';
  return `model.${attribute}.save_pretrained(FOLDER)`;
}

/** Any other text before the name, with which most names begin. */
function foreignPrefix(stored: readonly string[], names: readonly string[]): string | undefined {
  const prefixes = new Set(
    names.flatMap((name) =>
      stored.filter((other) => other.endsWith(`.${name}`)).map((other) => other.slice(0, -name.length)),
    ),
  );
  // A name that ends like this in thousands of places was made to be compared with all others.
  return [...prefixes]
    .slice(0, mostPrefixes)
    .find((prefix) => 2 * stored.filter((name) => name.startsWith(prefix)).length > stored.length);
}
