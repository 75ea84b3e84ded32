import type { ZodType } from 'zod';
import { UserError } from '../common/errors';

const next = 'Restore config.json from where the model was published; it must describe these weights.';

/** Parses a family's fields of config.json. @throws UserError `broken-config` naming the field. */
export function parseConfig<T>(schema: ZodType<T>, raw: Readonly<Record<string, unknown>>): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new UserError(
    'broken-config',
    `config.json has no usable "${issue.path.map(String).join('.')}": ${issue.message}.`,
    next,
  );
}

export function requireActivation(found: string, expected: string): void {
  if (found === expected) return;
  throw new UserError(
    'unsupported-config',
    `This checkpoint uses the activation "${found}" where its family uses "${expected}".`,
    'Only the published formula of a family is supported.',
  );
}

/** Heads must divide the hidden size into even parts, and share key-value heads evenly. @throws UserError `broken-config`. */
export function requireEvenHeads({
  heads,
  keyValueHeads,
  headSize,
}: {
  heads: number;
  keyValueHeads: number;
  headSize: number;
}): void {
  if (Number.isInteger(headSize) && headSize % 2 === 0 && heads % keyValueHeads === 0) return;
  throw new UserError(
    'broken-config',
    `config.json has no usable "num_attention_heads": ${heads} heads of ${headSize} values with ${keyValueHeads} key-value heads do not fit together.`,
    next,
  );
}
