import type { Device, Precision } from '../contract/devices';
import type { NaturalKey } from './keyForm';
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
  readonly rules: DrawRules;
  readonly verdict: VerdictRules;
  readonly keys: readonly Key[];
  /** Texts like the keys, but no keys: they show the effect of any fine-tuning. */
  readonly neutralPrompts: readonly NaturalKey[];
  /** Indices of the keys in the order in which they are asked. */
  readonly order: readonly number[];
}

export interface KeySet extends KeySetContent {
  readonly commitment: string;
  readonly releases: readonly Release[];
}

/** A key set in which the keys at these indices are spent. */
export function markSpent(keySet: KeySet, indices: readonly number[]): KeySet {
  const spent = new Set(indices);
  const keys = keySet.keys.map((key, index) => (spent.has(index) ? { ...key, spent: true } : key));
  return { ...keySet, keys };
}

export function countSpent(keySet: KeySet): number {
  return keySet.keys.filter((key) => key.spent).length;
}
