import { findMatches, type Pattern } from './patterns';

/** What becomes of the matches of a pattern that splits a text. */
const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
export type Behavior = (typeof behaviors)[number];

/** A piece of a text, which may begin the text. */
export interface Piece {
  readonly text: string;
  readonly isFirst: boolean;
}

interface Segment {
  readonly start: number;
  readonly end: number;
  readonly isMatch: boolean;
}

/**
 * Splits a piece at the matches of a pattern, as Hugging Face tokenizers does (`NormalizedString::split`).
 * @param isInverted whether what lies between the matches counts as a match instead.
 * @returns the pieces that are not empty.
 */
export function splitPiece(piece: Piece, pattern: Pattern, behavior: Behavior, isInverted = false): Piece[] {
  const segments = listSegments(piece.text, pattern);
  const sorted = isInverted ? segments.map((one) => ({ ...one, isMatch: !one.isMatch })) : segments;
  return arrange(sorted, behavior)
    .filter(({ start, end }) => start < end)
    .map(({ start, end }) => ({
      text: piece.text.slice(start, end),
      isFirst: piece.isFirst && start === 0,
    }));
}

/** @throws Error when a file names no behaviour that there is. */
export function parseBehavior(value: unknown): Behavior {
  const behavior = behaviors.find((known) => known === value);
  if (behavior !== undefined) return behavior;
  const name = typeof value === 'string' ? value.slice(0, 60) : 'nothing';
  throw new Error(`it splits text in a way that is not known: ${name}`);
}

function listSegments(text: string, pattern: Pattern): Segment[] {
  const segments: Segment[] = [];
  let position = 0;
  for (const [start, end] of findMatches(text, pattern)) {
    if (position < start) segments.push({ start: position, end: start, isMatch: false });
    segments.push({ start, end, isMatch: true });
    position = end;
  }
  if (position < text.length) segments.push({ start: position, end: text.length, isMatch: false });
  return segments;
}

function arrange(segments: readonly Segment[], behavior: Behavior): readonly Segment[] {
  switch (behavior) {
    case 'Isolated':
      return segments;
    case 'Removed':
      return segments.filter(({ isMatch }) => !isMatch);
    case 'Contiguous':
      return joinWhere(segments, (before, segment) => before.isMatch === segment.isMatch);
    case 'MergedWithPrevious':
      return joinWhere(segments, (before, segment) => segment.isMatch && !before.isMatch);
    case 'MergedWithNext':
      return joinWhere(segments, (before, segment) => before.isMatch && !segment.isMatch);
  }
}

/** Joins every segment to the one before it where that is wanted; both are given as they were at first. */
function joinWhere(
  segments: readonly Segment[],
  isWanted: (before: Segment, segment: Segment) => boolean,
): Segment[] {
  const joined: Segment[] = [];
  segments.forEach((segment, index) => {
    const before = segments[index - 1];
    const last = joined.at(-1);
    if (before && last && isWanted(before, segment))
      joined[joined.length - 1] = { ...last, end: segment.end };
    else joined.push(segment);
  });
  return joined;
}
