import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boxOf, placeLabel, type LabelledLine } from '../../../../src/reports/charts/placeLabel';
import type { Point } from '../../../../src/reports/charts/thinPoints';

const line: LabelledLine = { words: 'budget 0.06', left: 40, right: 300, top: 60, highest: 0, lowest: 130 };
const curve = (heightAt: (x: number) => number): Point[] =>
  Array.from({ length: 14 }, (_, i) => ({ x: 40 + 20 * i, y: heightAt(40 + 20 * i) }));

/** Whether the straight pieces of a curve touch the words, looked up at every tenth of a pixel. */
function crosses(points: readonly Point[], place: ReturnType<typeof placeLabel>): boolean {
  const { left, right, top, bottom } = boxOf(place, line.words);
  return points.slice(1).some((to, i) => {
    const from = points[i]!;
    return Array.from({ length: 201 }, (_, k) => k / 200).some((share) => {
      const [x, y] = [from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)];
      return x >= left && x <= right && y >= top && y <= bottom;
    });
  });
}

describe('the label of a limit', () => {
  it('is above the line at the right where nothing is in its way', () => {
    assert.deepEqual(placeLabel(line, []), { x: 300, y: 56, anchor: 'end' });
    assert.equal(placeLabel({ ...line, top: 8 }, []).y, 21);
  });

  it('is never written over a curve as long as a place is free', () => {
    const curves = [
      curve((x) => 130 - (x - 40) * 0.3),
      curve((x) => 40 + (x - 40) * 0.2),
      curve((x) => (x < 200 ? 130 : 52)),
      curve((x) => (x < 120 ? 130 - (x - 40) : 66)),
      curve((x) => 60 + 30 * Math.sin(x / 40)),
      curve(() => 52),
      curve(() => 68),
    ];
    for (const [i, points] of curves.entries())
      assert.ok(!crosses(points, placeLabel(line, [points])), `curve ${i}`);
    const both = [curve(() => 52), curve((x) => 200 - x / 2)];
    const place = placeLabel(line, both);
    for (const points of both) assert.ok(!crosses(points, place));
  });
});
