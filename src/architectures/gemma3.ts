import * as z from 'zod';
import type { Architecture } from './architecture';
import { mlp, selfAttention } from './decoder';
import { readWindow, readWindows } from './decoderConfig';
import {
  gemma2,
  gemmaDefaults,
  gemmaLayer,
  gemmaSchema,
  readGemma,
  withoutForeign,
  type GemmaConfig,
} from './gemma2';
import { normHeads, rmsAroundOne } from './norms';
import { parseConfig, positiveFloat } from './parseConfig';
import { readRotaryTable, rotarySchema, type RotaryTable } from './rotaryTable';

const schema = gemmaSchema.extend({
  rope_local_base_freq: positiveFloat.nullish(),
  // The newer style has separate parameters for each kind of layer.
  rope_parameters: z
    .looseObject({
      full_attention: rotarySchema.shape.rope_parameters,
      sliding_attention: rotarySchema.shape.rope_parameters,
    })
    .nullish(),
});

/** Read where `layer_types` does not say which layers have windows. */
const patternSchema = z.looseObject({ sliding_window_pattern: z.number().int().positive().default(6) });

/** Layers that see everything turn slowly and may be scaled; sliding ones turn fast. */
function readTables(fields: z.infer<typeof schema>, headSize: number): Record<'far' | 'near', RotaryTable> {
  const lengths = { max_position_embeddings: fields.max_position_embeddings };
  const far = {
    ...lengths,
    rope_theta: fields.rope_theta,
    // Where there is only the older style, its `type` does not count beside the default `rope_type`.
    rope_parameters: {
      ...(fields.rope_parameters ? fields.rope_parameters.full_attention : { rope_type: 'default' }),
      ...fields.rope_scaling,
    },
  };
  const near = {
    ...lengths,
    rope_theta: fields.rope_local_base_freq,
    rope_parameters: fields.rope_parameters?.sliding_attention,
  };
  return { far: readRotaryTable(far, headSize, 1_000_000), near: readRotaryTable(near, headSize, 10_000) };
}

/** The text model of Gemma 3 (Gemma team 2025): Gemma 2 with normed queries and keys instead of caps, and two rotary tables. */
export const gemma3: Architecture<GemmaConfig> = {
  ...gemma2,
  modelTypes: ['gemma3_text'],
  readConfig(raw) {
    const fields = parseConfig(schema, withoutForeign(raw), {
      ...gemmaDefaults,
      vocab_size: 262_208,
      max_position_embeddings: 131_072,
    });
    const config = readGemma({ ...fields, rope_parameters: undefined });
    const { windows, views } = readWindows(
      fields,
      readWindow(fields),
      (layer) => (layer + 1) % parseConfig(patternSchema, fields).sliding_window_pattern !== 0,
    );
    return {
      ...config,
      rotaryTables: readTables(fields, config.headSize),
      windows,
      views: views.map(({ window }) => ({ window, table: window === 'sliding' ? 'near' : 'far' })),
    };
  },
  layer: (pass, config, index, x) =>
    gemmaLayer(pass, config, index, x, {
      attention: (normed) =>
        selfAttention(pass, config, index, normed, (states, name) =>
          normHeads(rmsAroundOne, pass, states, { ...config, name }),
        ),
      feedForward: (normed) => mlp(pass, config, index, normed),
    }),
};
