import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../common/errors';
import { adapterConfig } from './adapters';
import { readCappedJson } from './cappedFile';
import { glanceAtFolder, isKeyFile } from './folderFiles';
import { mostTokenizerConfigBytes } from './limits';
import { quoteName } from './weights/safetensors';
import { indexFile, type WeightLayout } from './weights/weightFiles';

/** Fields of config.json that tell transformers to quantise weights, or how they were. */
const quantizationFields = ['quantization_config', 'compression_config'] as const;
/** The same in files of their own, as AutoGPTQ, AutoAWQ and ModelOpt write them and servers read them. */
const quantizationFiles = ['quantize_config.json', 'quant_config.json', 'hf_quant_config.json'];

export function isQuantizationFile(name: string): boolean {
  return quantizationFiles.includes(name);
}

/** The fields of a config that still describe a quantisation: weights are floats here, so none applies to them. */
export function leftQuantization(config: Readonly<Record<string, unknown>>): string[] {
  return quantizationFields.filter((field) => typeof config[field] === 'object' && config[field] !== null);
}

/**
 * Sentences on what a folder holds besides a model's weights and should not, or what other programs load with them.
 * @param names of the files directly in it.
 * @param config the whole of config.json
 */
export async function findOddities(
  root: string,
  names: readonly string[],
  layout: WeightLayout,
  config: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  return [
    ...(await findKeyFiles(root)),
    ...(!layout.index && names.includes(indexFile)
      ? [`${root} has both ${layout.files.join()} and ${indexFile}: only the first is used.`]
      : []),
    ...(names.includes(adapterConfig)
      ? [
          `${root} also contains an adapter (${adapterConfig}): transformers loads it together with the model, but here the model is used without it. Merge it into the model or move it away; a marked copy is written without it.`,
        ]
      : []),
    ...(await findCode(root, config)),
    ...findQuantization(root, names, config),
  ];
}

async function findKeyFiles(root: string): Promise<string[]> {
  const { entries, isWhole } = await glanceAtFolder(root);
  const found = entries
    .filter(({ name }) => isKeyFile(name))
    .map(
      ({ name }) =>
        `${join(root, name)} is a key file inside the checkpoint folder: move it elsewhere before you publish the folder.`,
    );
  if (isWhole) return found;
  return [...found, `${root} holds so many files that not all were searched for key files.`];
}

/** Code of the publisher's own: what `auto_map` names in the config of the model or of its tokenizer. */
async function findCode(root: string, config: Readonly<Record<string, unknown>>): Promise<string[]> {
  const maps = [
    ['config.json', config.auto_map],
    ['tokenizer_config.json', await readAutoMap(root, 'tokenizer_config.json')],
  ] as const;
  return maps.flatMap(([file, map]) => {
    const [first] = listTexts(map);
    return first === undefined
      ? []
      : [
          `${root} also contains code of its own ("auto_map" in ${file}: ${quoteName(first)}): with trust_remote_code other programs run that code instead of the published formula, which is used here.`,
        ];
  });
}

async function readAutoMap(root: string, name: string): Promise<unknown> {
  try {
    const schema = z.looseObject({ auto_map: z.unknown().optional() });
    return (await readCappedJson(join(root, name), schema, mostTokenizerConfigBytes))?.auto_map;
  } catch (error) {
    // A tokenizer that cannot be read is an error where the tokenizer is needed.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The texts in a value of JSON that is nested a little: `auto_map` holds names, or lists of names. */
function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flat()
    .filter((item): item is string => typeof item === 'string' && item !== '');
}

function findQuantization(
  root: string,
  names: readonly string[],
  config: Readonly<Record<string, unknown>>,
): string[] {
  const files = names.filter(isQuantizationFile);
  return [
    ...leftQuantization(config).map((field) => {
      const { quant_method: method } = config[field] as { readonly quant_method?: unknown };
      const named = typeof method === 'string' ? ` (${quoteName(method)})` : '';
      return `config.json in ${root} has a "${field}"${named}, but the weights are not quantised: other programs quantise them when they load them, or fail. Take it out before you publish the model; a marked copy is written without it.`;
    }),
    ...files.map(
      (name) =>
        `${join(root, name)} says how weights are quantised, but these are not: remove it before you publish the model; a marked copy is written without it.`,
    ),
  ];
}
