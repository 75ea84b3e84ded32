/** What a part of a pattern repeats. */
interface Part {
  /** Repetitions without a bound, one after the other, in the alternative that has most of them. */
  readonly repeats: number;
  /** Whether the same text can be matched in more than one way by repeating the part. */
  readonly isAmbiguous: boolean;
}

interface Group {
  repeats: number;
  mostRepeats: number;
  isAmbiguous: boolean;
}

/** Repetitions up to this many count as none. */
const fewTimes = 16;
/** Up to this length, a pattern is tried at a character in about one step for each of its repetitions. */
const usualSource = 4000;
const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/;
const groupStart = /^\(\?(?:[:=!]|<[=!]|<\w+>)|^\(/;

/**
 * An upper bound of the steps in which a backtracking engine searches a text for a pattern: the length of the
 * text, once for every place where a match may begin and once more for every repetition within a match.
 * Infinity where a repeated part repeats something itself, or refers back: then the steps can double with
 * every character.
 * @param source of a RegExp with the flag `u`.
 */
export function boundSteps(source: string): (length: number) => number {
  const repeats = countRepeats(source);
  const size = Math.max(1, source.length / usualSource);
  return (length) => (repeats === Infinity ? Infinity : size * length ** (repeats + 1));
}

function countRepeats(source: string): number {
  const open: Group[] = [newGroup()];
  let position = 0;
  while (position < source.length) {
    const group = open.at(-1)!;
    const rest = source.slice(position, position + 64);
    if (rest.startsWith('(')) {
      open.push(newGroup());
      position += groupStart.exec(rest)![0].length;
      continue;
    }
    if (rest.startsWith('|')) {
      endAlternative(group);
      group.isAmbiguous = true;
      position++;
      continue;
    }
    let part: Part = { repeats: 0, isAmbiguous: false };
    if (rest.startsWith(')')) {
      endAlternative(group);
      part = { repeats: group.mostRepeats, isAmbiguous: group.isAmbiguous };
      open.pop();
      position++;
    } else {
      if (/^\\(?:[1-9]|k<)/.test(rest)) return Infinity;
      position = skipAtom(source, position);
    }
    const repeated = /^[*+?{]/.test(source.slice(position, position + 1))
      ? quantifier.exec(source.slice(position, position + 64))
      : null;
    position += repeated?.[0].length ?? 0;
    addTo(open.at(-1)!, repeated ? repeatPart(part, repeated) : part);
  }
  endAlternative(open[0]!);
  return open[0]!.mostRepeats;
}

function newGroup(): Group {
  return { repeats: 0, mostRepeats: 0, isAmbiguous: false };
}

function endAlternative(group: Group): void {
  group.mostRepeats = Math.max(group.mostRepeats, group.repeats);
  group.repeats = 0;
}

function addTo(group: Group, { repeats, isAmbiguous }: Part): void {
  group.repeats += repeats;
  group.isAmbiguous ||= isAmbiguous;
}

function repeatPart(part: Part, [text, least, comma, most]: RegExpExecArray): Part {
  if (text.startsWith('?')) return { repeats: part.repeats, isAmbiguous: true };
  const atLeast = least === undefined ? 0 : Number(least);
  const isOpen = least === undefined || (comma !== '' && most === '');
  const atMost = isOpen ? Infinity : Number(most === '' ? least : most);
  if (atMost > fewTimes && part.isAmbiguous) return { repeats: Infinity, isAmbiguous: true };
  const isVague = atLeast !== atMost;
  // Each of a few rounds may divide the text in its own way.
  if (atMost <= fewTimes) return { repeats: part.repeats * atMost, isAmbiguous: isVague || part.isAmbiguous };
  return { repeats: part.repeats + 1, isAmbiguous: isVague };
}

/** Where the character, escape or class at this position ends. */
function skipAtom(source: string, position: number): number {
  if (source[position] === '[') {
    let end = position + 1;
    while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  if (source[position] !== '\\') return position + 1;
  const braced = /^\\[pPu]\{[^}]*\}/.exec(source.slice(position, position + 64));
  return position + (braced?.[0].length ?? 2);
}
