import { createHash } from 'node:crypto';
import * as z from 'zod';
import { UserError } from '../common/errors';
import { parseJson } from '../common/files';
import type { DrandChain } from './chains';

/** Bytes in lower-case hexadecimal. */
const bytesSchema = z
  .string()
  .max(192)
  .toLowerCase()
  .regex(/^(?:[0-9a-f]{2})*$/, 'not hexadecimal');

/** A round's number; there are no more than JSON numbers hold exactly. */
export const roundNumberSchema = z.int().min(1);
export const signatureSchema = bytesSchema.min(96);

/** A round as both versions of drand's HTTP API give it; what else they say is not needed. */
const publishedSchema = z.object({
  round: roundNumberSchema,
  signature: signatureSchema,
  randomness: bytesSchema.optional(),
  previous_signature: bytesSchema.optional(),
});

/** What the members of a chain signed together at one time, in lower-case hexadecimal. */
export interface DrandRound {
  readonly round: number;
  readonly signature: string;
  /** In a chained scheme: the signature of the round before, or for round 1 the hash of the first group. */
  readonly previousSignature?: string | undefined;
}

export const mostRoundBytes = 65_536;

const askForRound =
  'Save the answer of https://api.drand.sh/CHAIN-HASH/public/ROUND as it is, and give that file.';

/**
 * Reads a round as drand's HTTP API publishes it.
 * @param text JSON; `name` says in errors whose it was
 * @throws UserError `broken-json`, `unexpected-content`, or `bad-round` when its randomness is not that of its
 * signature.
 */
export function parseRound(text: string, name: string): DrandRound {
  const published = parseJson(text, publishedSchema, name, askForRound);
  const { round, signature, randomness, previous_signature: previousSignature } = published;
  if (randomness !== undefined && randomness !== randomnessOf(signature).toString('hex'))
    throw new UserError('bad-round', `The randomness in ${name} is not that of its signature.`, askForRound);
  return { round, signature, ...(previousSignature && { previousSignature }) };
}

/** The 32 random bytes of a round: SHA-256 of its signature, which nobody can choose or know before. */
export function randomnessOf(signature: string): Buffer {
  return createHash('sha256').update(Buffer.from(signature, 'hex')).digest();
}

/** Whether the chain's members signed this round. The pairing takes some hundredths of a second. */
export async function isSignedBy(chain: DrandChain, round: DrandRound): Promise<boolean> {
  // The curve's tables are large, and most key sets never need them.
  const { isBlsSignature } = await import('./blsSignature');
  const message = messageOf(chain, round);
  return message !== undefined && isBlsSignature(chain, message, round.signature);
}

/**
 * SHA-256 of the round's number as 8 bytes, most significant first; in a chained scheme the signature before
 * comes first (`DigestBeacon` in drand's `crypto/schemes.go`).
 */
function messageOf({ scheme }: DrandChain, { round, previousSignature }: DrandRound): Buffer | undefined {
  const hash = createHash('sha256');
  if (scheme === 'pedersen-bls-chained') {
    if (previousSignature === undefined) return undefined;
    hash.update(Buffer.from(previousSignature, 'hex'));
  }
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(round));
  return hash.update(number).digest();
}
