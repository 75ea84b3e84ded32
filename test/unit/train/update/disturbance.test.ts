import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { disturb } from '../../../../src/train/update/disturbance';

const tensorOf = (values: readonly number[]): Parameters<typeof disturb>[1] => ({
  name: 'a',
  shape: [1, values.length],
  values: Float32Array.from(values),
});
const never = (): Promise<Float32Array> => Promise.reject(new Error('not read'));

describe('a disturbance of trained values', () => {
  it('rounds groups of 32 to sevenths of their largest', async () => {
    const values = Array.from({ length: 40 }, (_, i) => (i < 32 ? (i - 16) / 10 : 0.069 * (i - 34.7)));
    const rounded = await disturb('rounded', tensorOf(values), never);
    const expected = values.map((value, i) => {
      const scale = (i < 32 ? 1.6 : 0.069 * 4.3) / 7;
      return scale * Math.round(value / scale);
    });
    expected.forEach((value, i) => assert.ok(Math.abs(rounded[i]! - value) < 1e-6, `${i}`));
  });

  it('leaves a group of zeros, and the values themselves, as they are', async () => {
    const tensor = tensorOf(new Array<number>(32).fill(0));
    assert.deepEqual([...(await disturb('rounded', tensor, never))], new Array(32).fill(0));
    const changed = tensorOf([1, 2, 3]);
    await disturb('rounded', changed, never);
    assert.deepEqual([...changed.values], [1, 2, 3]);
  });

  it('merges in equal parts with the start of the run', async () => {
    const start = Float32Array.from([0, 4, -2]);
    const merged = await disturb('merged', tensorOf([1, 2, 3]), () => Promise.resolve(start));
    assert.deepEqual([...merged], [0.5, 3, 0.5]);
  });
});
