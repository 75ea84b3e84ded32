import { createHmac } from 'node:crypto';
import { encodeIds, encodeNumber } from '../canonical';
import { deriveSecret, type Seed } from '../seed';

/**
 * Which candidate is the response: HMAC-SHA-256 under the seed's secret over the key and the whole candidate
 * list. As the draw is bound to the seed, nobody can choose lucky responses later.
 */
export function pickCandidate(
  seed: Seed,
  keyIds: readonly number[],
  candidateIds: readonly number[],
): number {
  const secret = deriveSecret(seed, 'pick');
  const message = Buffer.concat([encodeIds(keyIds), encodeIds(candidateIds)]);
  return pickUniformly(candidateIds.length, (counter) =>
    createHmac('sha256', secret).update(message).update(encodeNumber(counter)).digest(),
  );
}

/**
 * One of `count` numbers from 0 on: a hash read as 32-bit numbers modulo the count. Numbers past its last full
 * multiple are skipped, so that the draw is exactly uniform; the counter supplies further hashes.
 */
export function pickUniformly(count: number, hash: (counter: number) => Buffer): number {
  const limit = 2 ** 32 - (2 ** 32 % count);
  for (let counter = 0; ; counter++) {
    const bytes = hash(counter);
    for (let offset = 0; offset < bytes.length; offset += 4) {
      const value = bytes.readUInt32BE(offset);
      if (value < limit) return value % count;
    }
  }
}
