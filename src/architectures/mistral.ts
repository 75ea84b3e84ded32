import { z } from 'zod';
import type { Architecture } from './architecture';
import { llama, llamaSchema, toLlamaConfig, type LlamaConfig } from './llama';
import { parseConfig } from './parseConfig';

const schema = llamaSchema.extend({ sliding_window: z.number().int().positive().nullish() });

/** Mistral (Jiang et al. 2023): Llama whose layers see the last `sliding_window` positions. */
export const mistral: Architecture<LlamaConfig> = {
  ...llama,
  modelTypes: ['mistral'],
  readConfig(raw) {
    const fields = parseConfig(schema, raw);
    return { ...toLlamaConfig(fields), windows: { whole: fields.sliding_window ?? undefined } };
  },
};
