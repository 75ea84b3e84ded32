import { UserError } from '../common/errors';
import type { Architecture } from './architecture';
import type { RawConfig } from './parseConfig';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { gpt2 } from './gpt2';
import { gptNeox } from './gptNeox';
import { granite } from './granite';
import { llama } from './llama';
import { mistral } from './mistral';
import { mixtral } from './mixtral';
import { olmo2 } from './olmo2';
import { phi3 } from './phi3';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';
import { qwen3Moe } from './qwen3Moe';
import { smollm3 } from './smollm3';

const families: readonly Architecture[] = [
  llama,
  mistral,
  mixtral,
  qwen2,
  qwen3,
  qwen3Moe,
  gemma2,
  gemma3,
  phi3,
  olmo2,
  smollm3,
  granite,
  gpt2,
  gptNeox,
];

export const supportedFamilies: readonly string[] = families.flatMap((family) => family.modelTypes);

/** @throws UserError `unsupported-family`, with the list of supported families. */
export function findArchitecture(modelType: string, raw: RawConfig): Architecture {
  const found = families.find((family) => family.modelTypes.includes(modelType));
  if (found) return found;
  throw new UserError(
    'unsupported-family',
    // A multimodal wrapper has the config of its language model in a field.
    'text_config' in raw
      ? `"${modelType}" is a multimodal model; only checkpoints of the language model alone are supported.`
      : `Models of the family "${modelType}" are not supported.`,
    `Supported families: ${supportedFamilies.join(', ')}.`,
  );
}
