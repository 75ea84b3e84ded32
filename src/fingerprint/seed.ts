import { randomBytes } from 'node:crypto';
import { UserError } from '../common/errors';
import { deriveKey, RandomStream } from '../common/random';

/** The 32 secret bytes from which everything secret in a key set is derived. */
export type Seed = Uint8Array;

/**
 * What a part of the seed's randomness is for. Each purpose has its own stream, so that none reveals anything
 * about another.
 */
type Purpose = 'keys' | 'ordinary' | 'neutral' | 'pick' | 'salt' | 'order' | 'kinds' | 'embed';

const seedBytes = 32;

export function newSeed(): Seed {
  return new Uint8Array(randomBytes(seedBytes));
}

/**
 * Accepts a seed from outside.
 * @throws UserError `wrong-seed-length`.
 */
export function parseSeed(bytes: Uint8Array): Seed {
  if (bytes.length === seedBytes) return new Uint8Array(bytes);
  throw new UserError(
    'wrong-seed-length',
    `A seed must have exactly ${seedBytes} bytes, but ${bytes.length} were given.`,
    'Write 32 random bytes into the seed file, or leave it out to draw a fresh seed.',
  );
}

/** 32 secret bytes for one purpose. */
export function deriveSecret(seed: Seed, purpose: Purpose): Uint8Array {
  return deriveKey(seed, purpose);
}

/** The random stream of one purpose, from its beginning. */
export function openStream(seed: Seed, purpose: Purpose): RandomStream {
  return new RandomStream(deriveSecret(seed, purpose));
}

/** The order in which `count` keys are asked, so that nobody can choose the lucky ones. */
export function deriveOrder(seed: Seed, count: number): number[] {
  return openStream(seed, 'order').shuffle(Array.from({ length: count }, (_, index) => index));
}
