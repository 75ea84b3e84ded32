import * as z from 'zod';

/*
 * Schemas for lists and records of millions. zod's own check all of them and keep an issue for each wrong entry, which
 * takes minutes and gigabytes where every one is wrong; these end at the first. They do not copy what they
 * check, so an entry's schema must not change it.
 */

/** A list of entries of one kind. */
export function longList<T>(entry: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .custom<T[]>((value) => Array.isArray(value), 'Invalid input: expected array')
    .check(({ value, issues }) => {
      const wrong = findWrong(entry, value.length, (index) => value[index]);
      if (wrong) issues.push({ ...wrong.issue, input: value, path: [wrong.index, ...wrong.issue.path] });
    });
}

/** A record of entries of one kind, by text. */
export function longRecord<T>(entry: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return z
    .custom<Record<string, T>>(isRecord, 'Invalid input: expected record')
    .check(({ value, issues }) => {
      const keys = Object.keys(value);
      const wrong = findWrong(entry, keys.length, (index) => value[keys[index]!]);
      if (wrong)
        issues.push({ ...wrong.issue, input: value, path: [keys[wrong.index]!, ...wrong.issue.path] });
    });
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Wrong {
  readonly index: number;
  readonly issue: { readonly code: 'custom'; readonly message: string; readonly path: PropertyKey[] };
}

function findWrong(entry: z.ZodType, count: number, valueAt: (index: number) => unknown): Wrong | undefined {
  for (let index = 0; index < count; index++) {
    const { error } = entry.safeParse(valueAt(index));
    if (!error) continue;
    const { message, path } = error.issues[0]!;
    return { index, issue: { code: 'custom', message, path } };
  }
  return undefined;
}
