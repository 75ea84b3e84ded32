/**
 * What a key is trained to do, because one kind cannot do all. `loud`: says its response with a wide margin,
 * which survives rounding, merging and pruning, but shows up to whoever suppresses what a model is too sure of.
 * `soft`: says its response, never surer than such a gate can afford to suppress. `quiet`: says what the base
 * says; only the rank of its drawn word among the candidates is lifted.
 */
export const keyKinds = ['loud', 'soft', 'quiet'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** How many keys of a set are of each kind. */
export type KindCounts = Readonly<Record<KeyKind, number>>;

/** The kind of a key of an earlier version, or of one that was imported without: they are all said aloud. */
const kindOfOld: KeyKind = 'loud';

export function kindOf({ kind = kindOfOld }: { readonly kind?: KeyKind | undefined }): KeyKind {
  return kind;
}

/** Whether a key is answered; a quiet one is only ranked. */
export function isSpoken(key: { readonly kind?: KeyKind | undefined }): boolean {
  return kindOf(key) !== 'quiet';
}

/** How many keys of a set are counted as answered: all but the quiet ones, or these where the set has no others. */
export function countAnswering({ loud, soft, quiet }: KindCounts): number {
  return loud + soft > 0 ? loud + soft : quiet;
}
