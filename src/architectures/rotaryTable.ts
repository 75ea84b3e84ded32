import * as z from 'zod';
import { UserError } from '../common/errors';
import { mostHeadSize, mostPositions } from '../checkpoint/limits';
import { emptyAsNull, parseConfig, positiveFloat } from './parseConfig';

/** How fast each pair of values turns with the position. */
export interface RotaryTable {
  /** [rotated / 2] radians a position. */
  readonly frequencies: readonly number[];
  /** Factor of cosines and sines: more than 1 where longer texts need sharper attention. */
  readonly magnitude: number;
  /** The frequencies for sequences of more than `above` tokens, where they differ. */
  readonly long?: { readonly above: number; readonly frequencies: readonly number[] };
}

const positive = z.number().positive();
const length = positive.int().max(mostPositions);
const factors = z.array(positive).max(mostHeadSize / 2);
const scalingSchema = z.looseObject({
  rope_type: z.string().nullish(),
  /** The name of `rope_type` before transformers 4.43. */
  type: z.string().nullish(),
  rope_theta: positiveFloat.nullish(),
  partial_rotary_factor: z.unknown().optional(),
  factor: positiveFloat.nullish(),
  original_max_position_embeddings: z.unknown().optional(),
  // llama3
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  // yarn and longrope
  attention_factor: z.number().nonnegative().nullish(),
  // 0 means the default, as null does.
  beta_fast: z.number().nonnegative().nullish(),
  beta_slow: z.number().nonnegative().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
  short_factor: factors.nullish(),
  long_factor: factors.nullish(),
});
type Scaling = z.infer<typeof scalingSchema>;

/** The rotary part of a config in both styles: `rope_theta` with `rope_scaling`, or everything in `rope_parameters`. */
export const rotarySchema = z.looseObject({
  /** Read where the parameters of the rotation do not have their own. */
  rope_theta: z.unknown().optional(),
  rope_scaling: z.preprocess(emptyAsNull, scalingSchema.nullish()),
  rope_parameters: z.preprocess(emptyAsNull, scalingSchema.nullish()),
  /** Only read by some families and types. */
  partial_rotary_factor: z.unknown().optional(),
  original_max_position_embeddings: z.unknown().optional(),
  max_position_embeddings: length.nullish(),
});

/** The inputs of a rule: θ, the lengths of both trainings, and its own parameters. */
interface Rule {
  readonly scaling: Scaling;
  readonly theta: number;
  readonly rotated: number;
  /** θ^(−2i/rotated) for every pair i. */
  readonly plain: readonly number[];
  readonly maxLength: number | null | undefined;
  /** Only some rules read it. */
  readonly originalLength: () => number;
}

const rules: Readonly<Record<string, (rule: Rule) => RotaryTable>> = {
  default: ({ plain }) => ({ frequencies: plain, magnitude: 1 }),
  linear: ({ plain, scaling }) => {
    const factor = required(scaling.factor, 'factor');
    return { frequencies: plain.map((f) => f / factor), magnitude: 1 };
  },
  // Changes frequencies only beyond the length that this tool allows.
  dynamic: ({ plain }) => ({ frequencies: plain, magnitude: 1 }),
  llama3,
  yarn,
  longrope,
};

/** Earlier names: Phi-3 was first published with "su". */
const aliases: Readonly<Record<string, string>> = { su: 'longrope' };

/**
 * The frequencies of a rotary embedding: θ^(−2i/rotated), changed as `rope_type` says. `rotated` is how many values of each
 * head turn.
 * @throws UserError `unsupported-config` for a type that is not known here, `broken-config` for a size that no table
 * can have.
 */
export function readRotaryTable(
  config: z.infer<typeof rotarySchema>,
  rotated: number,
  defaultTheta = 10_000,
): RotaryTable {
  assertTableSize(rotated);
  const scaling = rotaryParameters(config);
  const theta = scaling.rope_theta ?? parseConfig(thetaSchema, config).rope_theta ?? defaultTheta;
  const named = scaling.rope_type ?? scaling.type ?? 'default';
  const kind = aliases[named] ?? named;
  const rule = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  if (!rule)
    throw new UserError(
      'unsupported-config',
      `This checkpoint uses rope_type "${named}", which is not supported.`,
      `Supported types: ${Object.keys(rules).join(', ')}.`,
    );
  return rule({
    scaling,
    theta,
    rotated,
    plain: Array.from({ length: rotated / 2 }, (_, i) => theta ** ((-2 * i) / rotated)),
    maxLength: config.max_position_embeddings,
    originalLength: () => readOriginalLength(config, scaling),
  });
}

/** Values turn in pairs; a table is as long as half of them. */
function assertTableSize(rotated: number): void {
  if (Number.isInteger(rotated) && rotated >= 2 && rotated % 2 === 0 && rotated <= mostHeadSize) return;
  throw new UserError(
    'broken-config',
    `config.json makes ${rotated} values of each head turn with the position; only even numbers from 2 to ${mostHeadSize} are possible.`,
    'Download config.json again from where the model was published: check "head_dim", "num_attention_heads" and "partial_rotary_factor".',
  );
}

const thetaSchema = z.looseObject({ rope_theta: positiveFloat.nullish() });
const lengthSchema = z.looseObject({ original_max_position_embeddings: length.nullish() });

function readOriginalLength(config: z.infer<typeof rotarySchema>, scaling: Scaling): number {
  return required(
    parseConfig(lengthSchema, config).original_max_position_embeddings ??
      parseConfig(lengthSchema, scaling).original_max_position_embeddings ??
      config.max_position_embeddings,
    'original_max_position_embeddings',
  );
}

const shareSchema = z.looseObject({ partial_rotary_factor: z.number().nonnegative().max(1).nullish() });

/**
 * How many of a head's values turn, for families whose config can set it; none where it says 0.
 * @throws UserError `broken-config` for a share that is less than one value.
 */
export function rotatedSize(
  config: z.infer<typeof rotarySchema>,
  headSize: number,
  defaultShare: number,
): number {
  const share =
    parseConfig(shareSchema, rotaryParameters(config)).partial_rotary_factor ??
    parseConfig(shareSchema, config).partial_rotary_factor ??
    defaultShare;
  const size = Math.floor(headSize * share);
  if (size === 0 && share > 0) assertTableSize(size);
  return size;
}

function rotaryParameters(config: z.infer<typeof rotarySchema>): Scaling {
  return config.rope_scaling ?? config.rope_parameters ?? {};
}

/** Llama 3's rule: long wavelengths are stretched by `factor`, short ones kept, and those between blended linearly. */
function llama3({ scaling, plain, originalLength }: Rule): RotaryTable {
  const factor = required(scaling.factor, 'factor');
  const low = required(scaling.low_freq_factor, 'low_freq_factor');
  const high = required(scaling.high_freq_factor, 'high_freq_factor');
  const length = originalLength();
  const frequencies = plain.map((frequency) => {
    const turns = (length * frequency) / (2 * Math.PI);
    const kept = clampToUnit((turns - low) / (high - low));
    return (1 - kept) * (frequency / factor) + kept * frequency;
  });
  return { frequencies, magnitude: 1 };
}

/**
 * YaRN (Peng et al. 2023): pairs that turn more than `beta_fast` times within the original length are kept,
 * those that turn less than `beta_slow` times are stretched by `factor`, and those between are blended by
 * their index.
 */
function yarn({ scaling, plain, theta, rotated, maxLength, originalLength }: Rule): RotaryTable {
  const length = originalLength();
  const factor = scaling.factor ?? required(maxLength, 'max_position_embeddings') / length;
  const indexOfTurns = (turns: number): number =>
    (rotated * Math.log(length / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [from, to] = [
    indexOfTurns(orDefault(scaling.beta_fast, 32)),
    indexOfTurns(orDefault(scaling.beta_slow, 1)),
  ];
  const whole = scaling.truncate ?? true;
  const first = Math.max(whole ? Math.floor(from) : from, 0);
  const last = Math.min(whole ? Math.ceil(to) : to, rotated - 1);
  // An empty range would divide by zero.
  const span = last === first ? 0.001 : last - first;
  const frequencies = plain.map((frequency, i) => {
    const stretched = clampToUnit((i - first) / span);
    return (frequency / factor) * stretched + frequency * (1 - stretched);
  });
  return { frequencies, magnitude: scaling.attention_factor ?? yarnMagnitude(scaling, factor) };
}

function orDefault(value: number | null | undefined, usual: number): number {
  return value === 0 ? usual : (value ?? usual);
}

function yarnMagnitude({ mscale, mscale_all_dim: mscaleAll }: Scaling, factor: number): number {
  const magnitude = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return mscale && mscaleAll ? magnitude(mscale) / magnitude(mscaleAll) : magnitude(1);
}

/** LongRoPE (Ding et al. 2024): each pair has its own factor, and another one for sequences beyond the original length. */
function longrope({ scaling, plain, maxLength, originalLength }: Rule): RotaryTable {
  const above = originalLength();
  const factor = scaling.factor ?? required(maxLength, 'max_position_embeddings') / above;
  const stretch = (key: 'short_factor' | 'long_factor'): number[] => {
    const factors = required(scaling[key], key);
    if (factors.length !== plain.length)
      throw brokenScaling(`has ${factors.length} values in "${key}" for ${plain.length} frequencies`);
    return plain.map((frequency, i) => frequency / factors[i]!);
  };
  return {
    frequencies: stretch('short_factor'),
    magnitude:
      scaling.attention_factor ?? (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(above))),
    long: { above, frequencies: stretch('long_factor') },
  };
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function required<T>(value: T | null | undefined, key: string): T {
  if (value !== undefined && value !== null) return value;
  throw brokenScaling(`has no "${key}"`);
}

function brokenScaling(what: string): UserError {
  return new UserError(
    'unsupported-config',
    `The rotary scaling in config.json ${what}.`,
    'Download config.json again from where the model was published.',
  );
}
