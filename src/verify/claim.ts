import { formatDate } from '../words/dates';
import type { DrawRank } from './drawTest';
import type { AskedKey } from './askedKey';

/**
 * Who chose the drawn words, as far as this verification could find out: nobody, because the whole key set
 * follows from its seed and base or because a public beacon drew them; unknown, because only the key file says
 * so; or the claimant, because the key set does not follow from what it says it was drawn from.
 */
export type ClaimKind = 're-derived' | 'beacon' | 'key-file' | 'contradicted';

/** What a key set claims about its draws, and what was found. */
export interface Claim {
  readonly kind: ClaimKind;
  /** What was found, in a sentence. */
  readonly sentence: string;
  /** log10 of how often the claimant may have drawn before choosing this key set; the p-value is multiplied by it. */
  readonly log10Tries: number;
  /** Indices of keys that did not come out when the set was derived again: they count as the worst result. */
  readonly missing: ReadonlySet<number>;
}

/**
 * A claimant who can only try seeds is granted 2^80 of them: more than all computers of the world could hash
 * in ten years, and each try takes a whole drawing.
 */
export const log10SeedTries = 80 * Math.log10(2);

/** The share of keys that has to come out again: a device that rounds differently may write a few others. */
const leastShareDerived = 0.9;

/** A key set of which nobody but the claimant knows how it was drawn. `why` is the end of a sentence. */
export function keyFileClaim(why: string): Claim {
  const sentence = `Only the key file says that its responses were drawn blindly: ${why}.`;
  return { kind: 'key-file', sentence, log10Tries: 0, missing: new Set() };
}

/**
 * The claim of a key set that was derived again from its seed and base.
 * @param keys by the index of the key: whether it came out.
 */
export function derivedClaim(keys: readonly boolean[]): Claim {
  const missing = new Set(keys.flatMap((isDerived, index) => (isDerived ? [] : [index])));
  const cameOut = keys.length - missing.size;
  if (cameOut < leastShareDerived * keys.length) {
    const first = [...missing][0]! + 1;
    const sentence = `The key set was drawn again from its seed and base on this machine, and ${missing.size} of its ${keys.length} keys do not come out (the first is key ${first}): they were chosen or changed in some other way.`;
    return { kind: 'contradicted', sentence, log10Tries: 0, missing: new Set() };
  }
  const rest =
    missing.size === 0
      ? ''
      : ` Where ${missing.size === 1 ? 'one did' : `${missing.size} did`} not, the worst possible result is counted.`;
  return {
    kind: 're-derived',
    sentence: `The key set was drawn again from its seed and base on this machine: ${cameOut} of ${keys.length} keys came out the same.${rest}`,
    log10Tries: log10SeedTries,
    missing,
  };
}

/** The claim of a key set that this installation once drew, whole, from its seed and base. */
export function rememberedClaim(keyCount: number): Claim {
  const sentence = `This machine itself has drawn the whole key set, all ${keyCount} keys, from its seed and base before, and knows it by its commitment.`;
  return { kind: 're-derived', sentence, log10Tries: log10SeedTries, missing: new Set() };
}

/** A round of a public beacon that drew the responses, and what is known of the keys before it. */
export interface BeaconRound {
  readonly chainName: string;
  readonly round: number;
  /** When the round was signed, ISO 8601. */
  readonly time: string;
  /** The commitment to the undrawn keys, in hexadecimal. */
  readonly keysCommitment: string;
}

/** What the person who verifies knows from elsewhere of the commitment to the undrawn keys. */
export interface Registration {
  /** When somebody else dated it, ISO 8601. */
  readonly date: string;
  /** How many commitments this claimant registered for the same model. */
  readonly commitments: number;
}

/**
 * The claim of a key set whose responses a beacon drew. Where nobody has dated the commitment before the round,
 * a claimant could have tried keys until the round fitted, and is granted as many tries as at a seed.
 */
export function beaconClaim(
  { chainName, round, time, keysCommitment }: BeaconRound,
  registration: Registration | undefined,
): Claim {
  const drew = `Round ${round} of ${chainName}, signed ${formatDate(time)}, drew the responses`;
  const isBefore = registration !== undefined && Date.parse(registration.date) < Date.parse(time);
  const known = isBefore
    ? `; as the person who verified says, the commitment to the undrawn keys was registered before, ${formatDate(registration.date)}.`
    : ` from keys with the commitment ${keysCommitment}. That somebody dated it before the round was not shown.`;
  const log10Tries = isBefore ? Math.log10(registration.commitments) : log10SeedTries;
  return { kind: 'beacon', sentence: `${drew}${known}`, log10Tries, missing: new Set() };
}

/** Answers with the keys that did not come out counted as not answered. Undefined stays: nobody was asked. */
export function countAnswers(
  { missing }: Claim,
  keys: readonly AskedKey[],
  answers: readonly (boolean | undefined)[],
): (boolean | undefined)[] {
  return answers.map((answered, slot) => (missing.has(keys[slot]!.index) ? answered && false : answered));
}

/** Ranks with the keys that did not come out counted as last. */
export function countRanks(
  { missing }: Claim,
  keys: readonly AskedKey[],
  ranks: readonly (DrawRank | undefined)[],
): (DrawRank | undefined)[] {
  return ranks.map((rank, slot) =>
    rank && missing.has(keys[slot]!.index) ? { ...rank, rank: rank.candidateCount - 1 } : rank,
  );
}
