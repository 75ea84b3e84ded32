import { groupDigits } from './errors';

/** How much JSON is parsed: every value takes memory, and readers follow the nesting with calls. */
export interface JsonLimits {
  /** Objects and lists within each other. */
  readonly depth: number;
  /** Numbers, texts, lists and objects in all. */
  readonly values: number;
  /** Members of objects that have many: each takes some 200 bytes, those of small objects a tenth of that. */
  readonly members: number;
}

/** No file that is read here nests deeper than ten. */
export const mostJsonDepth = 64;

/** More members than that, and an object is kept as a table. */
const fewMembers = 20;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);

/**
 * Says in what a JSON text exceeds limits, before anything is made of it: a few megabytes of `[],[],` become
 * hundreds in memory. Reads the text once; of a text that is no JSON it says nothing useful.
 */
export function findJsonExcess(text: string, limits: JsonLimits): string | undefined {
  const membersAt = new Uint32Array(limits.depth + 1);
  let depth = 0;
  let values = 1;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = findStringEnd(text, at) - 1;
    else if (code === comma) values++;
    else if (code === colon) {
      if (++membersAt[depth]! > fewMembers) members++;
    } else if (openings.has(code)) {
      // What it holds first is counted here, what follows with its comma.
      values++;
      depth++;
      if (depth > limits.depth) return `nests deeper than ${limits.depth} levels`;
      membersAt[depth] = 0;
    } else if (closings.has(code)) depth = Math.max(0, depth - 1);
    if (values > limits.values) return `holds more than ${groupDigits(limits.values)} values`;
    if (members > limits.members) return `holds more than ${limits.members} names`;
  }
  return undefined;
}

/** The position after the closing quote of the string of JSON that begins at `start`. */
export function findStringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at + 1;
}
