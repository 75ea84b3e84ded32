/** How much JSON is parsed: every value takes memory, and readers follow the nesting with calls. */
export interface JsonLimits {
  /** Objects and lists within each other. */
  readonly depth: number;
  /** Numbers, texts, lists and objects in all. */
  readonly values: number;
}

/** No file that is read here nests deeper than ten. */
export const mostJsonDepth = 64;

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);

/**
 * Says in what a JSON text exceeds limits, before anything is made of it: a few megabytes of `[],[],` become
 * hundreds in memory. Reads the text once; of a text that is no JSON it says nothing useful.
 */
export function findJsonExcess(text: string, limits: JsonLimits): string | undefined {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = findEnd(text, at);
    else if (code === comma) values++;
    else if (openings.has(code)) {
      // What it holds first is counted here, what follows with its comma.
      values++;
      depth++;
    } else if (closings.has(code)) depth--;
    if (depth > limits.depth) return `nests deeper than ${limits.depth} levels`;
    if (values > limits.values) return `holds more than ${limits.values} values`;
  }
  return undefined;
}

/** The position of the closing quote of the text that begins at `start`. */
function findEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}
