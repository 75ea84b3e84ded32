/**
 * GPT-2's alphabet of bytes: those that are visible in Latin-1 stand for themselves, the others, in order, for
 * the characters from U+0100 on.
 */
const characters = makeAlphabet();
const bytes = new Map(characters.map((character, byte) => [character, byte]));

function makeAlphabet(): string[] {
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const isVisible =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    return String.fromCharCode(isVisible ? byte : 0x100 + hidden++);
  });
}

/** A character of the alphabet for each byte of a text's UTF-8 form. */
export function bytesAsCharacters(text: string): string {
  let written = '';
  for (const byte of Buffer.from(text)) written += characters[byte]!;
  return written;
}

/** The text that tokens encode; a token with a character outside the alphabet stands for itself. */
export function charactersAsText(tokens: readonly string[]): string {
  const all = tokens.flatMap((token) => {
    const own = Array.from(token, (character) => bytes.get(character));
    return own.every((byte) => byte !== undefined) ? own : [...Buffer.from(token)];
  });
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(all));
}
