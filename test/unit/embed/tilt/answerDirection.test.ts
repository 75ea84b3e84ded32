import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { findAnswerDirection } from '../../../../src/embed/tilt/answerDirection';

const size = 12;
const random = new RandomStream(new Uint8Array(32).fill(4));
const noise = (): number => 2 * random.nextFloat() - 1;
/** Text that uses its first direction most; answers start along the second. */
const other = (): Float32Array => Float32Array.from({ length: size }, (_, i) => (i === 0 ? 8 : 1) * noise());
const start = (): Float32Array => other().map((value, i) => (i === 1 ? 6 : value));
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('the direction that tells where answers start', () => {
  const starts = Array.from({ length: 40 }, start);
  const others = Array.from({ length: 400 }, other);
  const shareOfStarts = 0.02;
  const direction = findAnswerDirection({ starts, others, shareOfStarts });

  it('is 1 on average where they do, and small elsewhere, in text that it was not read from too', () => {
    const meanOf = (rows: readonly Float32Array[]): number =>
      rows.reduce((sum, row) => sum + dot(row, direction), 0) / rows.length;
    const rootMeanSquare = (rows: readonly Float32Array[]): number =>
      Math.sqrt(rows.reduce((sum, row) => sum + dot(row, direction) ** 2, 0) / rows.length);
    assert.ok(Math.abs(meanOf(starts) - 1) < 1e-6);
    assert.ok(Math.abs(meanOf(Array.from({ length: 200 }, start)) - 1) < 0.1);
    assert.ok(rootMeanSquare(Array.from({ length: 200 }, other)) < 0.2);
  });

  it('solves the least squares that it says', () => {
    // (C + λI) w − E[y h] is zero in all coordinates, up to the scale that makes the mean 1.
    const weighted = [
      ...starts.map((row) => ({ row, weight: shareOfStarts / starts.length, y: 1 })),
      ...others.map((row) => ({ row, weight: (1 - shareOfStarts) / others.length, y: 0 })),
    ];
    const square = weighted.reduce((sum, { row, weight }) => sum + weight * dot(row, row), 0) / size;
    const left = Array.from({ length: size }, (_, i) =>
      weighted.reduce(
        (sum, { row, weight }) => sum + weight * row[i]! * dot(row, direction),
        1e-3 * square * direction[i]!,
      ),
    );
    const right = Array.from({ length: size }, (_, i) =>
      weighted.reduce((sum, { row, weight, y }) => sum + weight * row[i]! * y, 0),
    );
    const scale = left[1]! / right[1]!;
    left.forEach((value, i) => assert.ok(Math.abs(value - scale * right[i]!) < 1e-4 * Math.abs(left[1]!)));
  });

  it('is that of all text where answers can begin anywhere', () => {
    const everywhere = findAnswerDirection({ starts, others: [], shareOfStarts: 1 });
    assert.ok(Math.abs(starts.reduce((sum, row) => sum + dot(row, everywhere), 0) / 40 - 1) < 1e-6);
  });
});
