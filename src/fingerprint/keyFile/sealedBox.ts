import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';

/** The cost of each attempt at the passphrase (RFC 7914); it takes 128 · N · r bytes of memory. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What locks a box besides the passphrase; new for every box. */
interface Lock {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly nonce: Buffer;
}

const tagBytes = 16;

export function newLock(cost: ScryptCost): Lock {
  return { cost, salt: randomBytes(16), nonce: randomBytes(12) };
}

/** Encrypts with AES-256-GCM under the scrypt key of the passphrase; the tag follows the ciphertext. */
export async function seal(
  lock: Lock,
  passphrase: string,
  header: string,
  content: Uint8Array,
): Promise<Buffer> {
  const cipher = createCipheriv('aes-256-gcm', await deriveSecretKey(lock, passphrase), lock.nonce);
  cipher.setAAD(Buffer.from(header, 'utf8'));
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** The content of a box, or undefined unless passphrase, header and box are exactly those with which it was sealed. */
export async function unseal(
  lock: Lock,
  passphrase: string,
  header: string,
  box: Buffer,
): Promise<Buffer | undefined> {
  if (box.length < tagBytes) return undefined;
  const options = { authTagLength: tagBytes };
  const key = await deriveSecretKey(lock, passphrase);
  const decipher = createDecipheriv('aes-256-gcm', key, lock.nonce, options);
  decipher.setAAD(Buffer.from(header, 'utf8'));
  decipher.setAuthTag(box.subarray(-tagBytes));
  const content = decipher.update(box.subarray(0, -tagBytes));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The same passphrase typed on any keyboard or system gives the same bytes (NFKC). */
function deriveSecretKey({ cost, salt }: Lock, passphrase: string): Promise<Buffer> {
  const { N, r, p } = cost;
  const maxmem = 128 * r * (N + p + 2) + 2 ** 20;
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, { N, r, p, maxmem }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
