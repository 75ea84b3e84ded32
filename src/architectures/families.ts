import { UserError } from '../common/errors';
import type { Architecture } from './architecture';
import { llama } from './llama';
import { mistral } from './mistral';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';

const families: readonly Architecture[] = [llama, mistral, qwen2, qwen3];

export const supportedFamilies: readonly string[] = families.flatMap((family) => family.modelTypes);

/** @throws UserError `unsupported-family`, with the list of what is supported. */
export function findArchitecture(modelType: string): Architecture {
  const found = families.find((family) => family.modelTypes.includes(modelType));
  if (found) return found;
  throw new UserError(
    'unsupported-family',
    `Models of the family "${modelType}" are not supported yet.`,
    `Supported families: ${supportedFamilies.join(', ')}.`,
  );
}
