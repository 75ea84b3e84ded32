import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../common/errors';
import { readCappedJson } from './cappedFile';
import { mostConfigBytes } from './limits';
import { quoteName } from './weights/safetensors';

/** PEFT's description of an adapter: where it lies directly in a folder, transformers loads the adapter too. */
export const adapterConfig = 'adapter_config.json';
/** Weights of adapters as PEFT, MLX and diffusers name them. */
const adapterWeights = /^((\d+_)?adapters?(_model)?|(pytorch_)?lora_weights)\b.*\.(safetensors|bin|npz)$/i;
/** Names that PEFT and MLX give the tensors of adapters: low-rank pairs, rescaling vectors, trained prompts. */
const adapterTensor = /\.(lora_(a|b|embedding_[ab]|magnitude_vector)|ia3_l)\b|^prompt_embeddings$/i;

const schema = z.looseObject({ base_model_name_or_path: z.string().max(1000).nullish() });

export function isAdapterWeights(fileName: string): boolean {
  return adapterWeights.test(fileName);
}

export function isAdapterTensor(tensorName: string): boolean {
  return adapterTensor.test(tensorName);
}

/** The error for a folder that holds an adapter and no model; it names the model that the adapter belongs to. */
export async function explainAdapter(dir: string): Promise<UserError> {
  return adapterAlone(dir, await readBaseName(dir));
}

/** The same without looking for that name. */
export function adapterAlone(dir: string, base?: string): UserError {
  return new UserError(
    'adapter-only',
    `${dir} contains only an adapter, which changes a model${base === undefined ? '' : ` (${quoteName(base)})`} but is none by itself.`,
    'Merge it into its model first, in Python with peft: AutoPeftModelForCausalLM.from_pretrained(FOLDER).merge_and_unload().save_pretrained(NEW_FOLDER), and save the tokenizer there too.',
  );
}

/** The model that an adapter says it belongs to. */
async function readBaseName(dir: string): Promise<string | undefined> {
  try {
    return (
      (await readCappedJson(join(dir, adapterConfig), schema, mostConfigBytes))?.base_model_name_or_path ??
      undefined
    );
  } catch (error) {
    // The name is only told; a broken file must not hide what is wrong with the folder.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
