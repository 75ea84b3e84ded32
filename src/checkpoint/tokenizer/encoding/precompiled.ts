import { assertGrowth } from './replacing';

/** A graph of characters is looked up whole only where it is this short, in UTF-8. */
const longestGrapheme = 5;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const plain = /^[ -~]*$/;

/**
 * The map of characters that SentencePiece stores with a model: a double-array trie (Darts) from UTF-8 bytes
 * to positions in a list of texts that end with a zero byte. Read as the Rust library reads it, with the
 * shortest prefix of a character's bytes that the map knows.
 * @param base64 of the map.
 * @throws Error when it is cut short; the function, when it lengthens a text beyond all reason.
 */
export function readPrecompiled(base64: string): (text: string) => string {
  const bytes = Buffer.from(base64, 'base64');
  const trieBytes = bytes.length < 4 ? -1 : bytes.readUInt32LE(0);
  if (trieBytes < 0 || trieBytes > bytes.length - 4) throw new Error('its precompiled_charsmap is truncated');
  const units = Uint32Array.from({ length: trieBytes / 4 }, (_, unit) => bytes.readUInt32LE(4 + 4 * unit));
  const texts = bytes.subarray(4 + trieBytes);
  const find = (part: string): string | undefined => {
    const start = findShortest(units, Buffer.from(part));
    if (start === undefined || start >= texts.length) return undefined;
    const end = texts.indexOf(0, start);
    return texts.toString('utf8', start, end < 0 ? texts.length : end);
  };
  return (text) => normalise(text, remember(find));
}

function normalise(text: string, find: (part: string) => string | undefined): string {
  const parts = plain.test(text) ? text : Array.from(graphemes.segment(text), ({ segment }) => segment);
  let normal = '';
  for (const part of parts) {
    const whole = Buffer.byteLength(part) <= longestGrapheme ? find(part) : undefined;
    if (whole !== undefined) normal += whole;
    else for (const character of part) normal += find(character) ?? character;
    assertGrowth(text.length, normal.length);
  }
  return normal;
}

function remember(find: (part: string) => string | undefined): (part: string) => string | undefined {
  const found = new Map<string, string | undefined>();
  return (part) => {
    if (!found.has(part)) found.set(part, find(part));
    return found.get(part);
  };
}

/** The value of the shortest key that begins the bytes. */
function findShortest(units: Uint32Array, key: Uint8Array): number | undefined {
  let position = offsetOf(units[0] ?? 0);
  for (const byte of key) {
    if (byte === 0) return undefined;
    position ^= byte;
    const unit = units[position];
    if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return undefined;
    position ^= offsetOf(unit);
    if ((unit >>> 8) & 1) return (units[position] ?? 0) & 0x7fffffff;
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
}
