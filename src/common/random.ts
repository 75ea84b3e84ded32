import { createCipheriv, hkdfSync } from 'node:crypto';

/**
 * A seeded stream of random numbers: the keystream of AES-256 in counter mode, so that the same 32 bytes give the same
 * numbers on every machine. Good enough for secrets when its key is secret.
 */
export class RandomStream {
  private readonly cipher;
  private block = Buffer.alloc(0);
  private used = 0;

  constructor(key: Uint8Array) {
    this.cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  }

  /** A number in [0, 1) with 48 random bits. */
  nextFloat(): number {
    if (this.used + 6 > this.block.length) {
      this.block = this.cipher.update(Buffer.alloc(6144));
      this.used = 0;
    }
    const value = this.block.readUIntBE(this.used, 6);
    this.used += 6;
    return value / 2 ** 48;
  }

  /** A new stream, keyed by the next 32 bytes of this one. */
  fork(): RandomStream {
    const key = Buffer.alloc(32);
    for (let at = 0; at < key.length; at += 4) key.writeUInt32BE(this.nextInt(2 ** 32), at);
    return new RandomStream(key);
  }

  /** A whole number in [0, count), uniform: values past the last full multiple of `count` are drawn again. */
  nextInt(count: number): number {
    const limit = 2 ** 48 - (2 ** 48 % count);
    for (;;) {
      const value = this.nextFloat() * 2 ** 48;
      if (value < limit) return value % count;
    }
  }

  /** A new array with the same items in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.nextInt(i + 1);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }
}

/** 32 bytes derived from a seed for one named purpose (HKDF-SHA-256, RFC 5869; the name is the `info`). */
export function deriveKey(seed: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', seed, new Uint8Array(0), `fingerprint-model/${purpose}`, 32));
}
