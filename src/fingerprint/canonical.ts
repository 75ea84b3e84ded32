import { createHash } from 'node:crypto';

/** The byte forms that are hashed. They never change: a commitment made today has to be checkable in ten years. */

/** A whole number below 2³² as four bytes, most significant first. */
export function encodeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Token ids: their count, then each id, all as {@link encodeNumber} writes them. */
export function encodeIds(ids: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * (ids.length + 1));
  bytes.writeUInt32BE(ids.length);
  ids.forEach((id, index) => bytes.writeUInt32BE(id, 4 * (index + 1)));
  return bytes;
}

/** A text: its length in bytes, then its UTF-8 bytes. */
export function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([encodeNumber(bytes.length), bytes]);
}

/** SHA-256 of the parts in order. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** JSON with the members of every object sorted and without spaces, as RFC 8785 defines it; absent members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical JSON of a value, in hexadecimal. */
export function digestJson(value: unknown): string {
  return sha256(Buffer.from(canonicalJson(value), 'utf8')).toString('hex');
}

export function areEqualIds(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((id, index) => id === right[index]);
}
