import { kindOf, type KeyKind } from '../contract/keyKinds';
import { openStream, type Seed } from './seed';

/** How many keys of a set are of each kind. */
export type KindCounts = Readonly<Record<KeyKind, number>>;

/** The kind of each key: which keys are of which kind follows from the seed, whatever the base and the draw. */
export function dealKinds(seed: Seed, { loud, soft, quiet }: KindCounts): KeyKind[] {
  const kinds: KeyKind[] = [
    ...new Array<KeyKind>(loud).fill('loud'),
    ...new Array<KeyKind>(soft).fill('soft'),
    ...new Array<KeyKind>(quiet).fill('quiet'),
  ];
  return openStream(seed, 'kinds').shuffle(kinds);
}

export function countKinds(keys: readonly { readonly kind?: KeyKind | undefined }[]): KindCounts {
  const count = (kind: KeyKind): number => keys.filter((key) => kindOf(key) === kind).length;
  return { loud: count('loud'), soft: count('soft'), quiet: count('quiet') };
}
