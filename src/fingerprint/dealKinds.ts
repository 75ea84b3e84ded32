import { createHmac } from 'node:crypto';
import { isSpoken, kindOf, type KeyKind, type KindCounts } from '../contract/keyKinds';
import { encodeIds } from './canonical';
import { deriveSecret, type Seed } from './seed';

interface KindOfKey {
  readonly ids: readonly number[];
  readonly kind?: KeyKind | undefined;
}

/**
 * The kind of each key: the keys in the order of an HMAC under the seed's secret, first the loud ones, then the soft
 * ones. A key that is not answered would count less if it were quiet, so its kind hangs on nothing that a claimant can
 * choose after a suspect was asked: neither on its place in the set nor on its draw.
 */
export function dealKinds(
  seed: Seed,
  keys: readonly Pick<KindOfKey, 'ids'>[],
  { loud, soft }: KindCounts,
): KeyKind[] {
  const secret = deriveSecret(seed, 'kinds');
  const tickets = keys.map(({ ids }) => createHmac('sha256', secret).update(encodeIds(ids)).digest('hex'));
  const kinds = new Array<KeyKind>(keys.length);
  [...keys.keys()]
    .sort((a, b) => (tickets[a]! < tickets[b]! ? -1 : 1))
    .forEach((key, place) => {
      kinds[key] = place < loud ? 'loud' : place < loud + soft ? 'soft' : 'quiet';
    });
  return kinds;
}

/** Whether every key of a set has the kind that the seed deals it, or none has any. */
export function areDealt(seed: Seed, keys: readonly KindOfKey[]): boolean {
  if (keys.every(({ kind }) => kind === undefined)) return true;
  const dealt = dealKinds(seed, keys, countKinds(keys));
  return keys.every(({ kind }, index) => kind === dealt[index]);
}

export function countKinds(keys: readonly Pick<KindOfKey, 'kind'>[]): KindCounts {
  const count = (kind: KeyKind): number => keys.filter((key) => kindOf(key) === kind).length;
  return { loud: count('loud'), soft: count('soft'), quiet: count('quiet') };
}

/** The keys that are counted as answered, and the quiet ones beside them; a set of quiet keys alone is counted itself. */
export function splitKeys<Any extends { readonly kind?: KeyKind | undefined }>(
  keys: readonly Any[],
): { readonly answering: readonly Any[]; readonly quiet: readonly Any[] } {
  const answering = keys.filter(isSpoken);
  return answering.length > 0
    ? { answering, quiet: keys.filter((key) => !isSpoken(key)) }
    : { answering: keys, quiet: [] };
}
