/**
 * Reads a list of byte strings in RLP, Ethereum's serialisation (Yellow Paper, appendix B). Only the one spelling
 * that the definition gives is read; nested lists are not.
 * @returns undefined for any other bytes
 */
export function readByteStrings(bytes: Uint8Array): Uint8Array[] | undefined {
  const list = readItem(bytes, 0);
  if (list?.isList !== true || list.end !== bytes.length) return undefined;
  const strings: Uint8Array[] = [];
  for (let at = list.start; at < list.end;) {
    const item = readItem(bytes, at);
    if (item === undefined || item.isList || item.end > list.end) return undefined;
    strings.push(bytes.subarray(item.start, item.end));
    at = item.end;
  }
  return strings;
}

/** Where the content of an item begins and ends. */
interface Item {
  readonly isList: boolean;
  readonly start: number;
  readonly end: number;
}

const shortString = 0x80;
const shortList = 0xc0;
/** Content of up to this length has its length in the first byte. */
const longestShort = 55;

function readItem(bytes: Uint8Array, at: number): Item | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < shortString) return { isList: false, start: at, end: at + 1 };
  const isList = first >= shortList;
  const length = first - (isList ? shortList : shortString);
  const item =
    length <= longestShort
      ? { isList, start: at + 1, end: at + 1 + length }
      : readLongItem(bytes, { isList, start: at + 1 + length - longestShort, at });
  if (item === undefined || item.end > bytes.length) return undefined;
  // A single byte below 0x80 stands for itself.
  const isPadded = !isList && length === 1 && bytes[item.start]! < shortString;
  return isPadded ? undefined : item;
}

/** An item whose length follows its first byte, most significant byte first, and needs that form. */
function readLongItem(
  bytes: Uint8Array,
  { isList, start, at }: { readonly isList: boolean; readonly start: number; readonly at: number },
): Item | undefined {
  const digits = bytes.subarray(at + 1, start);
  if (digits.length > 4 || digits.length < start - at - 1 || digits[0] === 0) return undefined;
  const length = digits.reduce((sum, digit) => 256 * sum + digit, 0);
  return length <= longestShort ? undefined : { isList, start, end: start + length };
}
