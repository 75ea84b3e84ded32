import type { Point } from './thinPoints';

/** A horizontal line with words beside it, in pixels from the top left of the drawing. */
export interface LabelledLine {
  readonly words: string;
  readonly left: number;
  readonly right: number;
  /** Of the line. */
  readonly top: number;
  /** The drawing's own ends: words stay between them. */
  readonly highest: number;
  readonly lowest: number;
}

/** Where the words are written: their baseline, and which of their ends is at `x`. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** Chart labels are 11 px high; their words are about this wide. */
const characterPx = 6;
const heightPx = 9;
/** Between the line and the words. */
const gapPx = 4;
/** Curves keep this far from words: half a line and the dot at its end. */
const clearancePx = 4;

/**
 * Writes the words where no curve is: at the right, the left or the middle, above or below the line. Where every
 * place is crossed, the one with the least of a curve in it.
 * @param curves in the same pixels, each from left to right.
 */
export function placeLabel(line: LabelledLine, curves: readonly (readonly Point[])[]): LabelPlace {
  let best: { readonly place: LabelPlace; readonly crossed: number } | undefined;
  for (const place of listPlaces(line)) {
    const crossed = measureCrossing(boxOf(place, line.words), curves);
    if (best === undefined || crossed < best.crossed - 1e-9) best = { place, crossed };
  }
  return best!.place;
}

/** The usual place first. */
function listPlaces({ left, right, top, highest, lowest }: LabelledLine): LabelPlace[] {
  const above = top - gapPx;
  const below = top + gapPx + heightPx;
  const rows = [
    ...(above - heightPx >= highest ? [above] : []),
    ...(below <= lowest || above - heightPx < highest ? [below] : []),
  ];
  const columns = [
    { x: right, anchor: 'end' },
    { x: left + gapPx, anchor: 'start' },
    { x: (left + right) / 2, anchor: 'middle' },
  ] as const;
  return columns.flatMap((column) => rows.map((y) => ({ ...column, y })));
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What the words cover. */
export function boxOf({ x, y, anchor }: LabelPlace, words: string): Box {
  const width = words.length * characterPx;
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - heightPx, bottom: y };
}

/** The length of all curves within a box and its clearance; a single point in it counts as one pixel. */
function measureCrossing(box: Box, curves: readonly (readonly Point[])[]): number {
  const wide: Box = {
    left: box.left - clearancePx,
    right: box.right + clearancePx,
    top: box.top - clearancePx,
    bottom: box.bottom + clearancePx,
  };
  return curves.reduce(
    (sum, points) =>
      sum +
      points.reduce((length, point, i) => length + lengthWithin(wide, points[i - 1] ?? point, point), 0),
    0,
  );
}

/** The length of a segment within a box, by clipping it to each side in turn (Liang and Barsky 1984). */
function lengthWithin({ left, right, top, bottom }: Box, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [enters, leaves] = [0, 1];
  for (const [step, room] of [
    [-dx, from.x - left],
    [dx, right - from.x],
    [-dy, from.y - top],
    [dy, bottom - from.y],
  ] as const) {
    if (step === 0 && room < 0) return 0;
    if (step < 0) enters = Math.max(enters, room / step);
    if (step > 0) leaves = Math.min(leaves, room / step);
  }
  if (enters > leaves) return 0;
  return dx === 0 && dy === 0 ? 1 : (leaves - enters) * Math.hypot(dx, dy);
}
