import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeTensor, encodeTensor } from '../../../../src/checkpoint/weights/dtypes';

const allPatterns = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern);

/** The value of a small float by the definition of IEEE 754, in arithmetic only. */
function valueOf(pattern: number, exponentBits: number, fractionBits: number): number {
  const sign = pattern >= 32768 ? -1 : 1;
  const exponent = Math.floor(pattern / 2 ** fractionBits) % 2 ** exponentBits;
  const fraction = (pattern % 2 ** fractionBits) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

const kinds = [
  { dtype: 'F16', exponentBits: 5, fractionBits: 10, infinity: 0x7c00 },
  { dtype: 'BF16', exponentBits: 8, fractionBits: 7, infinity: 0x7f80 },
] as const;

for (const { dtype, exponentBits, fractionBits, infinity } of kinds)
  describe(`${dtype} values`, () => {
    const value = (pattern: number) => valueOf(pattern, exponentBits, fractionBits);
    const encodeOne = (x: number) => new Uint16Array(encodeTensor(Float32Array.of(x), dtype).buffer)[0]!;

    it('decode to their definition for all 65,536 patterns', () => {
      const decoded = decodeTensor(new Uint8Array(allPatterns.buffer), dtype);
      for (const pattern of allPatterns)
        assert.ok(Object.is(decoded[pattern], value(pattern)), `pattern ${pattern}`);
    });

    it('come back unchanged for all 65,536 patterns', () => {
      const back = encodeTensor(decodeTensor(new Uint8Array(allPatterns.buffer), dtype), dtype);
      assert.deepEqual(new Uint16Array(back.buffer), allPatterns);
    });

    it('are encoded to the nearest, ties to even, between any two neighbours', () => {
      for (let low = 0; low < infinity - 1; low++) {
        const [a, b] = [value(low), value(low + 1)];
        const middle = a + (b - a) / 2;
        // Below half the smallest bfloat16 step float32 itself has no finer values; everywhere else the middle is exact.
        assert.equal(Math.fround(middle), middle);
        assert.equal(encodeOne(middle), low % 2 === 0 ? low : low + 1, `middle above ${low}`);
        assert.equal(encodeOne(nudge(middle, -1)), low, `just below the middle above ${low}`);
        assert.equal(encodeOne(nudge(middle, 1)), low + 1, `just above the middle above ${low}`);
        assert.equal(encodeOne(-nudge(middle, 1)), 32768 + low + 1);
      }
    });

    it('become infinite only from half a step past the largest', () => {
      const largest = value(infinity - 1);
      const edge = largest + (largest - value(infinity - 2)) / 2;
      assert.equal(encodeOne(nudge(edge, -1)), infinity - 1);
      assert.equal(encodeOne(edge), infinity);
      assert.equal(encodeOne(-Infinity), infinity + 32768);
      assert.ok(Number.isNaN(value(encodeOne(NaN))));
    });
  });

describe('tensors', () => {
  it('decode from bytes that begin anywhere', () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
    assert.deepEqual([...decodeTensor(bytes.subarray(1), 'F32')], [1.5, -2]);
    assert.deepEqual([...decodeTensor(Uint8Array.of(9, 0x80, 0x3f).subarray(1), 'BF16')], [1]);
  });

  it('encode part of an array', () => {
    const values = Float32Array.of(7, 1, 2).subarray(1);
    assert.deepEqual([...encodeTensor(values, 'BF16')], [0x80, 0x3f, 0x00, 0x40]);
    assert.deepEqual(encodeTensor(values, 'F32').length, 8);
  });
});

/** The float32 beside a positive one. */
function nudge(x: number, by: number): number {
  const word = new Uint32Array(Float32Array.of(x).buffer);
  word[0]! += by;
  return new Float32Array(word.buffer)[0]!;
}
