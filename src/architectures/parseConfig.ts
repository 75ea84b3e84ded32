import * as z from 'zod';
import { mostHeadSize } from '../checkpoint/limits';
import { UserError } from '../common/errors';
import { formatCount, formatCounted } from '../words/numbers';

export type RawConfig = Readonly<Record<string, unknown>>;

const next = 'Download config.json again from where the model was published; it must describe these weights.';

/**
 * Parses a family's fields of config.json. `defaults` are transformers' values for absent fields; a field
 * that is null stays null.
 * @throws UserError `broken-config` naming the field.
 */
export function parseConfig<T>(schema: z.ZodType<T>, raw: RawConfig, defaults: RawConfig = {}): T {
  const parsed = schema.safeParse({ ...defaults, ...raw });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new UserError(
    'broken-config',
    `config.json has no usable "${issue.path.map(String).join('.')}"${sayValue(raw, issue.path)}: ${issue.message}.`,
    next,
  );
}

/** What stands in that place, where it fits a sentence. */
function sayValue(raw: RawConfig, path: readonly PropertyKey[]): string {
  let value: unknown = raw;
  for (const key of path)
    value =
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  if (typeof value !== 'number' && typeof value !== 'string') return '';
  return ` (${JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value)})`;
}

/** A number above 0. Python writes and reads infinite ones. */
export const positiveFloat = z.union([z.number().positive(), z.literal(Infinity)]);
/** The ε of a norm. */
export const epsilonFloat = z.union([z.number().nonnegative(), z.literal(Infinity)]);

/** What Python takes for nothing: `rope_scaling: {}` or `false` says as little as null. */
export function emptyAsNull(value: unknown): unknown {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isEmpty || value === 0 || value === false || value === '' ? null : value;
}

/**
 * Renames fields that transformers accepts under another name to the family's own. Where a config has both,
 * the other name counts there.
 */
export function withAliases(raw: RawConfig, aliases: Readonly<Record<string, string>>): RawConfig {
  const renamed: Record<string, unknown> = {};
  for (const [alias, name] of Object.entries(aliases))
    if (raw[alias] !== undefined && raw[alias] !== null) renamed[name] = raw[alias];
  return { ...raw, ...renamed };
}

/**
 * Requires that a list names every layer of the model, and no more.
 * @throws UserError `broken-config`.
 */
export function requireEachLayer(field: string, list: readonly unknown[], layers: number): void {
  if (list.length === layers) return;
  throw new UserError(
    'broken-config',
    `config.json has ${formatCounted(layers, 'layer')} ("num_hidden_layers"), but "${field}" names ${formatCount(list.length)}.`,
    `Set "num_hidden_layers" to the number of layers in the weights, and give "${field}" as many entries: a model that was cut or merged often keeps the old list.`,
  );
}

/**
 * Requires a switch to be off whose formula is not supported.
 * @throws UserError `unsupported-config`.
 */
export function requireOff(raw: RawConfig, field: string): void {
  if (!raw[field]) return;
  throw new UserError(
    'unsupported-config',
    `config.json turns on "${field}", which is not supported.`,
    `Use a checkpoint with "${field}" off, as nearly all of this family are.`,
  );
}

/**
 * Requires heads of a possible size that divide the hidden size and share key-value heads evenly.
 * @throws UserError `broken-config`.
 */
export function requireEvenHeads({
  heads,
  keyValueHeads,
  headSize,
}: {
  heads: number;
  keyValueHeads: number;
  headSize: number;
}): void {
  const isPossible = Number.isInteger(headSize) && headSize % 2 === 0 && headSize <= mostHeadSize;
  if (isPossible && heads % keyValueHeads === 0) return;
  throw new UserError(
    'broken-config',
    `config.json has no usable "num_attention_heads": ${heads} heads of ${headSize} values with ${keyValueHeads} key-value heads do not fit together.`,
    next,
  );
}
