import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { DirectionMaker } from '../../../../src/embed/directions/directionMaker';
import { onCpu } from '../../../../src/contract/devices';
import { Projection, type Directions, type Move } from '../../../../src/train/update/projection';

const [inSize, outSize, count] = [12, 5, 7];

function randomMatrix(rows: number, columns: number, seed: number): Float32Array {
  const random = new RandomStream(new Uint8Array(32).fill(seed));
  return Float32Array.from({ length: rows * columns }, () => 2 * random.nextFloat() - 1);
}

/** v · M for v [size] and M [size, columns]. */
function product(left: ArrayLike<number>, matrix: Float32Array, columns: number): number[] {
  return Array.from({ length: columns }, (_, column) =>
    Array.from(left).reduce((sum, value, row) => sum + value * matrix[row * columns + column]!, 0),
  );
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(
    { length: matrix.length },
    (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!,
  );
}

describe('a change that avoids the directions of ordinary text', () => {
  let maker: DirectionMaker;
  let projection: Projection;
  before(async () => {
    maker = await DirectionMaker.open(onCpu);
    projection = new Projection(onCpu);
  });
  after(async () => {
    await maker.close();
    await projection.close();
  });

  const rows = randomMatrix(count, inSize, 1);
  const change = randomMatrix(outSize, inSize, 2);
  const shape = [outSize, inSize];
  const strength = 10;

  /** What is added to a matrix of zeros. */
  async function move(how: Omit<Move, 'values'>, directions: Directions): Promise<Float32Array> {
    const values = new Float32Array(how.change.length);
    await projection.move({ ...how, values }, directions);
    return values;
  }

  async function keepOut(directions: Directions): Promise<Float32Array> {
    return move({ shape, change, isTransposed: false }, directions);
  }

  it('is divided by 1 + a Ĉ', async () => {
    const kept = await keepOut((await maker.make(rows, inSize, strength))!);
    const size = rows.reduce((sum, value) => sum + value * value, 0);
    for (let row = 0; row < outSize; row++) {
      const own = kept.subarray(row * inSize, (row + 1) * inSize);
      // What was taken out is given back: u + a s (u Xᵀ) X is the change as it was.
      const along = Array.from({ length: count }, (_, i) =>
        own.reduce((sum, value, column) => sum + value * rows[i * inSize + column]!, 0),
      );
      product(along, rows, inSize).forEach((value, column) => {
        const found = own[column]! + ((strength * inSize) / size) * value;
        assert.ok(Math.abs(found - change[row * inSize + column]!) < 1e-4, `${row}, ${column}`);
      });
    }
  });

  it('keeps directions that text never uses, and drops nearly all of the others', async () => {
    const first = new Float32Array(inSize);
    first[0] = 1;
    const kept = await keepOut((await maker.make(first, inSize, 1e4))!);
    for (let row = 0; row < outSize; row++) {
      assert.ok(Math.abs(kept[row * inSize]!) < 1e-4);
      assert.deepEqual(
        [...kept.subarray(row * inSize + 1, (row + 1) * inSize)],
        [...change.subarray(row * inSize + 1, (row + 1) * inSize)],
      );
    }
  });

  it('is the same for a matrix that is stored the other way round', async () => {
    const directions = (await maker.make(rows, inSize, strength))!;
    const turned = await move(
      { shape: [inSize, outSize], change: transposed(change, outSize, inSize), isTransposed: true },
      directions,
    );
    const expected = transposed(await keepOut(directions), outSize, inSize);
    turned.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-5));
  });

  it('has nothing to avoid where no input arrives, as at an expert that no text visits', async () => {
    assert.equal(await maker.make(new Float32Array(count * inSize), inSize, strength), undefined);
  });
});
