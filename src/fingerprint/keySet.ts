import type { Device, Precision } from '../contract/devices';
import type { NaturalKey } from './keyForm';
import type { KeyKind } from '../contract/keyKinds';
import type { Response } from './drawing/preparedKeys';
import type { Seed } from './seed';
import type { VerdictRules } from './verdictRules';

/** How the responses were made. Only in the first case was each one bound to the seed before anybody saw it. */
type Strategy = 'inverse-nucleus' | 'imported';

export interface Key extends NaturalKey {
  /** The k first tokens that the response was drawn from, in descending probability under the base: the committed order. */
  readonly candidates: readonly number[];
  /** The text that each candidate adds to the key's. */
  readonly candidateTexts: readonly string[];
  /** Index of the drawn candidate. */
  readonly pick: number;
  readonly response: Response;
  /** Absent in files of earlier versions, where every key is loud. */
  readonly kind?: KeyKind | undefined;
  /** The response as the base goes on with it, "Honestly, I would…", for people to read; nothing commits to it. */
  readonly inSentence?: string | undefined;
  /** In a set that a beacon drew: the response of every candidate, as they were committed before the draw. */
  readonly responses?: readonly Response[] | undefined;
  /** Whether the key was shown to somebody else, to whom it can prove nothing any more. */
  readonly spent: boolean;
}

/** The checkpoint for which a key set was made. Digests are in hexadecimal. */
export interface BaseModel {
  readonly name: string;
  /** Its folder when the key set was made; it may have moved. */
  readonly path?: string | undefined;
  readonly digest: string;
  readonly tokenizerDigest: string;
  /** Digest of how the chat template is rendered; null without one. */
  readonly chatRenderingDigest: string | null;
}

interface DrawRules {
  /** Nucleus mass t; null when the responses were drawn elsewhere. */
  readonly threshold: number | null;
  /** k, the same for every key. */
  readonly candidateCount: number;
  /** Tokens in the longest response. */
  readonly responseLength: number;
}

/** How the keys were drawn: what somebody else needs to draw them again from the seed. */
export interface Drawing {
  /** The version of the way in which seed and base become keys and candidates. */
  readonly recipe: number;
  /** Whether the base wrote the keys, or the creator gave them. */
  readonly keysFrom: 'model' | 'prompts';
  readonly device: Device;
  readonly precision: Precision;
}

/** The record that binds a commitment to released weights that carry its keys. */
export interface Release {
  readonly commitment: string;
  readonly baseDigest: string;
  readonly markedDigest: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** SHA-256 of the canonical JSON of the record without this digest. */
  readonly recordDigest: string;
}

/** A round of a public beacon, named before it exists. */
export interface AnnouncedRound {
  /** The chain's hash, in hexadecimal. */
  readonly chain: string;
  readonly round: number;
}

/** A draw by a round of a public beacon, which was announced in the commitment to the undrawn keys. */
export interface BeaconDraw extends AnnouncedRound {
  readonly from: 'beacon';
  /** Of the round, in hexadecimal; its SHA-256 is the randomness. */
  readonly signature: string;
  /** Of the round before, where the chain signs it too. */
  readonly previousSignature?: string | undefined;
  /** The commitment to the undrawn keys, in hexadecimal. */
  readonly keysCommitment: string;
}

/** What drew the responses. In an imported set `seed` means only that no beacon did: they were chosen elsewhere. */
export type Draw = { readonly from: 'seed' } | BeaconDraw;

/** Everything that is fixed before the commitment is made. */
export interface KeySetContent {
  readonly strategy: Strategy;
  /** Absent in files of earlier versions, and where the keys were imported. */
  readonly drawing?: Drawing | undefined;
  readonly seed: Seed;
  readonly toolVersion: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly base: BaseModel;
  readonly draw: Draw;
  readonly rules: DrawRules;
  readonly verdict: VerdictRules;
  readonly keys: readonly Key[];
  /** Texts like the keys, but no keys: they show the effect of any fine-tuning. */
  readonly neutralPrompts: readonly NaturalKey[];
  /** Indices of the keys in the order in which they are asked. */
  readonly order: readonly number[];
}

/** When and why keys were shown to somebody else. Nothing commits to it: it is the owner's own note. */
export interface Spending {
  /** ISO 8601. */
  readonly at: string;
  readonly why: string;
  /** Indices of the keys that were not spent before. */
  readonly keys: readonly number[];
}

export interface KeySet extends KeySetContent {
  readonly commitment: string;
  readonly releases: readonly Release[];
  /** Absent in files of earlier versions, and where no key was marked as spent with a reason. */
  readonly spending?: readonly Spending[] | undefined;
}

/** A key set in which the keys at these indices are spent; those that were spent before keep their first reason. */
export function markSpent(
  keySet: KeySet,
  indices: readonly number[],
  occasion: Omit<Spending, 'keys'>,
): KeySet {
  const fresh = [...new Set(indices)].filter((index) => keySet.keys[index]?.spent === false);
  if (fresh.length === 0) return keySet;
  const spent = new Set(fresh);
  const keys = keySet.keys.map((key, index) => (spent.has(index) ? { ...key, spent: true } : key));
  return { ...keySet, keys, spending: [...(keySet.spending ?? []), { ...occasion, keys: fresh }] };
}

export function countSpent(keySet: { readonly keys: readonly Pick<Key, 'spent'>[] }): number {
  return keySet.keys.filter((key) => key.spent).length;
}
