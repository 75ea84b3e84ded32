import type { Architecture } from './architecture';
import { llama, toLlamaConfig, type LlamaConfig } from './llama';
import { parseConfig } from './parseConfig';
import { qwenSchema, qwenWindows } from './qwen2';

/** Qwen 3 (Yang et al. 2025): Llama whose heads' queries and keys are normed before they turn. */
export const qwen3: Architecture<LlamaConfig> = {
  ...llama,
  modelTypes: ['qwen3'],
  readConfig(raw) {
    const fields = parseConfig(qwenSchema, raw);
    return { ...toLlamaConfig(fields), ...qwenWindows(fields), headNorms: true };
  },
};
