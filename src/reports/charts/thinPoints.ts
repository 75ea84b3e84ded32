export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Points in the order of x, at most four in each column of pixels: its first, lowest, highest and last. A
 * line through them covers the same pixels as one through all points.
 */
export function thinPoints(points: readonly Point[], columnOf: (x: number) => number): Point[] {
  const columns = new Map<number, Point[]>();
  for (const point of points) {
    const column = Math.floor(columnOf(point.x));
    const there = columns.get(column);
    if (there) there.push(point);
    else columns.set(column, [point]);
  }
  return [...columns.values()].flatMap(keepExtremes);
}

function keepExtremes(points: readonly Point[]): Point[] {
  const lowest = points.reduce((low, point) => (point.y < low.y ? point : low));
  const highest = points.reduce((high, point) => (point.y > high.y ? point : high));
  const kept = new Set([points[0]!, lowest, highest, points.at(-1)!]);
  return points.filter((point) => kept.has(point));
}
