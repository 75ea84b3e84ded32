import { adapterConfig } from '../../checkpoint/adapters';
import { isAdapterFile } from './weightChoices';

const ownCode = /\.py$/i;
const otherForms = /\.(gguf|bin|pt|pth|onnx|npz|h5|msgpack)$/i;
const mostNames = 4;

/**
 * What lies in a suspect's folder besides the model that is asked and can make another model of it: one
 * sentence for each, for a person who wants to ask that as well.
 * @param names of the files directly in the folder.
 * @param asked the weight files that are asked.
 */
export function listFurtherSuspects(
  names: readonly string[],
  asked: readonly string[],
  raw: Readonly<Record<string, unknown>>,
): string[] {
  return [...findAdapter(names), ...findOwnCode(names, raw), ...findOtherWeights(names, asked)];
}

function findAdapter(names: readonly string[]): string[] {
  if (!names.includes(adapterConfig) && !names.some(isAdapterFile)) return [];
  return [
    `An adapter lies beside the weights (${adapterConfig}), which other programs add to them. It was not asked: merge it in Python with peft (merge_and_unload, then save_pretrained) and verify the result as a further suspect.`,
  ];
}

/** Whether a config names code that other programs run in place of its family's formula. */
export function namesOwnCode(raw: Readonly<Record<string, unknown>>): boolean {
  return raw.auto_map !== undefined && raw.auto_map !== null;
}

function findOwnCode(names: readonly string[], raw: Readonly<Record<string, unknown>>): string[] {
  const files = names.filter((name) => ownCode.test(name));
  if (!namesOwnCode(raw) && files.length === 0) return [];
  const where = files.length > 0 ? ` (${nameSome(files)})` : '';
  return [
    `The folder has code of its own${where}, which can compute another model from the same weights. It is never run here: the weights were asked by the formula of their family. If you trust the code, save what it computes as a plain checkpoint and verify that as a further suspect.`,
  ];
}

function findOtherWeights(names: readonly string[], asked: readonly string[]): string[] {
  const others = names.filter(
    (name) =>
      !asked.includes(name) &&
      !isAdapterFile(name) &&
      (otherForms.test(name) || name.endsWith('.safetensors')),
  );
  if (others.length === 0) return [];
  return [
    `The folder has weights that were not asked (${nameSome(others)}): verify them as a further suspect.`,
  ];
}

function nameSome(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return names.slice(0, mostNames).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
