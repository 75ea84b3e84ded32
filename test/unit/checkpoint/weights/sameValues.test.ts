import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readHeader } from '../../../../src/checkpoint/weights/safetensors';
import { haveSameValues } from '../../../../src/checkpoint/weights/sameValues';
import { inFolder } from '../folders';
import { floats, writeWeights, type RawTensor } from '../rewrite';

const bfloats = (bits: readonly number[], shape: readonly number[]): RawTensor => ({
  dtype: 'BF16',
  shape,
  bytes: new Uint8Array(Uint16Array.from(bits).buffer),
});

describe('two tensors', () => {
  it('are the same by their numbers, whatever their types, and not by their shapes alone', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      const tensors = {
        a: floats([1, -2, 0, 0.5], [2, 2]),
        sameNumbers: bfloats([0x3f80, 0xc000, 0x8000, 0x3f00], [2, 2]),
        otherNumber: floats([1, -2, 0, 0.50001], [2, 2]),
        otherShape: floats([1, -2, 0, 0.5], [4, 1]),
        notANumber: floats([1, -2, NaN, 0.5], [2, 2]),
      };
      await writeWeights(path, new Map(Object.entries(tensors)));
      const stored = new Map((await readHeader(path)).tensors.map((info) => [info.name, info]));
      const isSame = (name: string, other: string): Promise<boolean> =>
        haveSameValues(stored.get(name)!, stored.get(other)!);
      assert.equal(await isSame('a', 'a'), true);
      assert.equal(await isSame('a', 'sameNumbers'), true);
      for (const other of ['otherNumber', 'otherShape', 'notANumber'])
        assert.equal(await isSame('a', other), false, other);
      assert.equal(await isSame('notANumber', 'notANumber'), false);
      const firstAndLast = { mostValues: 2 };
      assert.equal(await haveSameValues(stored.get('a')!, stored.get('otherNumber')!, firstAndLast), false);
      assert.equal(await haveSameValues(stored.get('a')!, stored.get('notANumber')!, firstAndLast), true);
    }));

  it('stop being compared when the work is cancelled', async () => {
    const { tensors } = await readHeader('media/sample-model/model.safetensors');
    const compared = haveSameValues(tensors[0]!, tensors[0]!, { signal: AbortSignal.abort() });
    await assert.rejects(compared, { name: 'Cancelled' });
  });
});
