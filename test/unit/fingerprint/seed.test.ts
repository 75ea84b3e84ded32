import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deriveOrder, deriveSecret, newSeed, openStream, parseSeed } from '../../../src/fingerprint/seed';
import { fixedSeed } from './fakes';

describe('the seed', () => {
  it('has 32 bytes, or is refused', () => {
    assert.equal(newSeed().length, 32);
    assert.deepEqual(parseSeed(fixedSeed), fixedSeed);
    for (const length of [0, 31, 33, 64])
      assert.throws(() => parseSeed(new Uint8Array(length)), {
        name: 'UserError',
        reason: 'wrong-seed-length',
      });
  });

  it('gives every purpose its own stream', () => {
    const purposes = ['keys', 'ordinary', 'neutral', 'pick', 'salt', 'order', 'embed'] as const;
    const secrets = purposes.map((purpose) => Buffer.from(deriveSecret(fixedSeed, purpose)).toString('hex'));
    assert.equal(new Set(secrets).size, purposes.length);
    assert.equal(openStream(fixedSeed, 'keys').nextFloat(), openStream(fixedSeed, 'keys').nextFloat());
  });

  it('fixes an order in which every key is asked once', () => {
    const order = deriveOrder(fixedSeed, 50);
    assert.deepEqual(deriveOrder(fixedSeed, 50), order);
    assert.deepEqual(
      [...order].sort((left, right) => left - right),
      Array.from({ length: 50 }, (_, index) => index),
    );
    assert.notDeepEqual(order, deriveOrder(new Uint8Array(32), 50));
  });
});
