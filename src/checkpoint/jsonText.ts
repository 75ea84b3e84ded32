import { findStringEnd } from '../common/jsonSize';

const quote = 0x22;
const colon = 0x3a;
const comma = 0x2c;
const openingBytes = new Set([0x7b, 0x5b]);
const closingBytes = new Set([0x7d, 0x5d]);

/** One `"key": value` of the outermost object of a JSON text: the text from `start` up to but excluding `end`. */
export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The members of the outermost object, in order and with repeated keys, of which `JSON.parse` keeps only the
 * last.
 * @param json text that `JSON.parse` accepts, or with Python's constants for numbers.
 */
export function* listMembers(json: string): Generator<JsonMember> {
  let depth = 0;
  let begun: Pick<JsonMember, 'key' | 'start'> | undefined;
  let lastEnd = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    const isEnd = depth === 1 && (code === comma || closingBytes.has(code));
    if (isEnd && begun) {
      yield { ...begun, end: lastEnd };
      begun = undefined;
    }
    if (openingBytes.has(code)) depth++;
    else if (closingBytes.has(code)) depth--;
    else if (code === quote) {
      const end = findStringEnd(json, at);
      if (depth === 1 && !begun && json.charCodeAt(skipSpace(json, end)) === colon)
        begun = { key: JSON.parse(json.slice(at, end)) as string, start: at };
      at = end - 1;
    }
    if (code > 0x20) lastEnd = at + 1;
  }
}

/** The text of an object without the members of these keys; every other byte stays as it is. */
export function withoutMembers(json: string, keys: readonly string[]): string {
  const members = [...listMembers(json)];
  const index = members.findIndex(({ key }) => keys.includes(key));
  if (index < 0) return json;
  const [previous, member, next] = [members[index - 1], members[index]!, members[index + 1]];
  // The comma goes too: the one behind the member, or for the last member the one before it.
  const start = next || !previous ? member.start : previous.end;
  return withoutMembers(json.slice(0, start) + json.slice(next ? next.start : member.end), keys);
}

function skipSpace(json: string, start: number): number {
  let at = start;
  while (at < json.length && json.charCodeAt(at) <= 0x20) at++;
  return at;
}
