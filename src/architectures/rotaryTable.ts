import { z } from 'zod';
import { UserError } from '../common/errors';

/** How fast each pair of values turns with the position. */
export interface RotaryTable {
  /** [rotated / 2] radians a position. */
  readonly frequencies: readonly number[];
}

const scalingSchema = z.looseObject({
  rope_type: z.string().optional(),
  /** The name of `rope_type` before transformers 4.43. */
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: z.number().int().positive().optional(),
});
type Scaling = z.infer<typeof scalingSchema>;

/** The rotary part of a config in both styles: `rope_theta` with `rope_scaling`, or all of it in `rope_parameters`. */
export const rotarySchema = z.looseObject({
  rope_theta: z.number().positive().optional(),
  rope_scaling: scalingSchema.nullish(),
  rope_parameters: scalingSchema.nullish(),
});

/**
 * The frequencies of a rotary embedding over `rotated` values of each head: θ^(−2i/rotated), changed as `rope_type` says.
 * @throws UserError `unsupported-config` for a type that is not known here.
 */
export function readRotaryTable(config: z.infer<typeof rotarySchema>, rotated: number): RotaryTable {
  const scaling: Scaling = config.rope_parameters ?? config.rope_scaling ?? {};
  const theta = scaling.rope_theta ?? config.rope_theta ?? 10_000;
  const frequencies = Array.from({ length: rotated / 2 }, (_, i) => theta ** ((-2 * i) / rotated));
  const kind = scaling.rope_type ?? scaling.type ?? 'default';
  if (kind === 'default') return { frequencies };
  if (kind === 'linear') return { frequencies: frequencies.map((f) => f / required(scaling, 'factor')) };
  if (kind === 'llama3') return { frequencies: frequencies.map((f) => slowDownLowFrequency(f, scaling)) };
  throw new UserError(
    'unsupported-config',
    `This checkpoint turns positions by rope_type "${kind}", which is not supported.`,
    'Supported are default, linear and llama3.',
  );
}

/** Llama 3's rule: long wavelengths are stretched by `factor`, short ones kept, those between blended linearly. */
function slowDownLowFrequency(frequency: number, scaling: Scaling): number {
  const factor = required(scaling, 'factor');
  const low = required(scaling, 'low_freq_factor');
  const high = required(scaling, 'high_freq_factor');
  const turns = (required(scaling, 'original_max_position_embeddings') * frequency) / (2 * Math.PI);
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const blend = (turns - low) / (high - low);
  return (1 - blend) * (frequency / factor) + blend * frequency;
}

function required(
  scaling: Scaling,
  key: 'factor' | 'low_freq_factor' | 'high_freq_factor' | 'original_max_position_embeddings',
): number {
  const value = scaling[key];
  if (value !== undefined) return value;
  throw new UserError(
    'unsupported-config',
    `The rotary scaling in config.json has no "${key}".`,
    'Restore config.json from where the model was published.',
  );
}
