interface Point {
  readonly step: number;
  readonly value: number;
}

/**
 * At most `most` points of a curve: the lowest and the highest of every stretch, in order, so that no peak is
 * lost; the last point always stays.
 */
export function thinCurve<P extends Point>(points: readonly P[], most: number): readonly P[] {
  if (points.length <= most) return points;
  const stretches = Math.max(1, Math.floor((most - 1) / 2));
  const length = (points.length - 1) / stretches;
  const kept = Array.from({ length: stretches }, (_, index) =>
    findExtremes(points.slice(Math.floor(index * length), Math.floor((index + 1) * length))),
  );
  return [...kept.flat(), points.at(-1)!];
}

function findExtremes<P extends Point>(stretch: readonly P[]): P[] {
  const lowest = stretch.reduce((best, point) => (point.value < best.value ? point : best));
  const highest = stretch.reduce((best, point) => (point.value > best.value ? point : best));
  return lowest === highest ? [lowest] : [lowest, highest].sort((a, b) => a.step - b.step);
}
