const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openingBytes = new Set([0x7b, 0x5b]);
const closingBytes = new Set([0x7d, 0x5d]);

/**
 * The first key that occurs twice in the outermost object of a JSON text, or undefined. `JSON.parse` silently
 * keeps the last one, so two readers of one file could see two different tensors under one name.
 * @param json text that `JSON.parse` accepts.
 */
export function findDuplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (openingBytes.has(code)) depth++;
    else if (closingBytes.has(code)) depth--;
    else if (code === quote) {
      const end = findStringEnd(json, at);
      if (depth === 1 && json.charCodeAt(skipSpace(json, end)) === colon) {
        const key = JSON.parse(json.slice(at, end)) as string;
        if (seen.has(key)) return key;
        seen.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** The position after the closing quote of the string that begins at `start`. */
function findStringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at + 1;
}

function skipSpace(json: string, start: number): number {
  let at = start;
  while (at < json.length && json.charCodeAt(at) <= 0x20) at++;
  return at;
}
