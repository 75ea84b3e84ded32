import { z } from 'zod';
import type { Architecture } from './architecture';
import { llama, llamaSchema, toLlamaConfig, type LlamaConfig } from './llama';
import { parseConfig } from './parseConfig';

/** The fields by which Qwen 2 and 3 say which layers see only a window. */
export const qwenSchema = llamaSchema.extend({
  use_sliding_window: z.boolean().default(false),
  sliding_window: z.number().int().positive().nullish(),
  max_window_layers: z.number().int().nonnegative().nullish(),
  layer_types: z.array(z.string()).nullish(),
});

/** Which window each layer looks through: as `layer_types` lists, else the layers from `max_window_layers` on slide. */
export function qwenWindows(
  fields: z.infer<typeof qwenSchema>,
): Pick<LlamaConfig, 'windows' | 'windowOfLayer'> {
  const window = fields.use_sliding_window ? (fields.sliding_window ?? undefined) : undefined;
  const slides = (layer: number): boolean =>
    fields.layer_types
      ? fields.layer_types[layer] === 'sliding_attention'
      : layer >= (fields.max_window_layers ?? fields.num_hidden_layers);
  const windowOfLayer = Array.from({ length: fields.num_hidden_layers }, (_, layer) =>
    window !== undefined && slides(layer) ? 'sliding' : 'whole',
  );
  return { windows: { whole: undefined, sliding: window }, windowOfLayer };
}

/** Qwen 2 and 2.5 (Yang et al. 2024): Llama with biases on queries, keys and values. */
export const qwen2: Architecture<LlamaConfig> = {
  ...llama,
  modelTypes: ['qwen2'],
  readConfig(raw) {
    const fields = parseConfig(qwenSchema, raw);
    return {
      ...toLlamaConfig(fields),
      ...qwenWindows(fields),
      biases: { queryKeyValue: true, output: false, mlp: false },
    };
  },
};
