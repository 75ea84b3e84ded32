import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { attackNames } from '../../../src/rehearse/attackNames';
import { attackTensor, type AttackedTensor } from '../../../src/rehearse/attacks';
import { mergeTensor } from '../../../src/rehearse/merging';
import { pruneTensor } from '../../../src/rehearse/pruning';

function sampleValues(count: number, seed: number): Float32Array {
  const random = new RandomStream(new Uint8Array(32).fill(seed));
  return Float32Array.from({ length: count }, () => 2 * random.nextFloat() - 1);
}

function tensor(changes: Partial<AttackedTensor> = {}): AttackedTensor {
  return {
    values: sampleValues(64 * 64, 1),
    shape: [64, 64],
    isTransposed: false,
    isVocabulary: false,
    readBase: () => Promise.resolve(sampleValues(64 * 64, 2)),
    ...changes,
  };
}

describe('merging', () => {
  it('is the mean of both, weighted by the share of the marked model', () => {
    const merged = mergeTensor(Float32Array.of(1, 2, -4), Float32Array.of(0, 6, 4), 0.25);
    assert.deepEqual([...merged], [0.25, 5, 2]);
  });

  it('refuses tensors of two shapes', () => {
    assert.throws(() => mergeTensor(new Float32Array(2), new Float32Array(3), 0.5), RangeError);
  });
});

describe('pruning', () => {
  it('takes the smallest values, as sorting finds them', () => {
    for (const share of [0.2, 0.5, 0.999]) {
      const values = sampleValues(5000, 3);
      const sorted = values.map(Math.abs).sort();
      const limit = sorted[Math.floor(share * values.length) - 1]!;
      const expected = values.map((value) => (Math.abs(value) <= limit ? 0 : value));
      assert.deepEqual(pruneTensor(values, share), expected);
    }
  });

  it('takes at least one, and all that are equally small', () => {
    assert.deepEqual([...pruneTensor(Float32Array.of(3, -1, 1, 2), 0.2)], [3, 0, 0, 2]);
  });
});

describe('an attack', () => {
  it('leaves the values it is given as they were', async () => {
    for (const name of attackNames) {
      const given = tensor();
      const before = given.values.slice();
      const after = await attackTensor(name, given);
      assert.deepEqual(given.values, before);
      assert.equal(after.length, before.length);
      assert.notDeepEqual(after, before, name);
    }
  });

  it('that prunes leaves vectors and the matrices of the vocabulary alone', async () => {
    const [vector, embedding] = [tensor({ shape: [64 * 64] }), tensor({ isVocabulary: true })];
    assert.equal(await attackTensor('pruned-fifth', vector), vector.values);
    assert.equal(await attackTensor('pruned-fifth', embedding), embedding.values);
  });
});
