/** A part of tokenizer.json, named by its type: a normaliser, a pre-tokenizer, a decoder, … */
export type Part = Readonly<Record<string, unknown>>;

export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The parts of a list, or none where a file has no such list.
 * @throws Error when one of them is no part.
 */
export function listParts(value: unknown): Part[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isPart)) throw new Error('it has a part without a type');
  return value;
}

/** The text of a field. @throws Error when it is something else. */
export function demandText(part: Part, field: string): string {
  const value = part[field];
  if (typeof value === 'string') return value;
  throw new Error(`its ${nameOf(part)} has no "${field}"`);
}

/** What a part calls itself, short enough for a sentence. */
export function nameOf({ type }: Part): string {
  return typeof type === 'string' ? type.slice(0, 60) : 'part without a type';
}

/** When a Metaspace part puts its mark before a text: `always`, `first` or `never`. */
export function prependScheme(part: Part): unknown {
  return part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always');
}
