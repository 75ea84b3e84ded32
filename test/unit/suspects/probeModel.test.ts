import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probeModel } from '../../../src/suspects/probeModel';
import { baseLogits, keys, vocabularySize } from '../verify/fewKeys';
import { fakeModel } from './fakeModel';

describe('probing a model', () => {
  it('gives log-probabilities over the whole vocabulary and confirms greedy responses by teacher forcing', async () => {
    const logitsOf = (prefix: readonly number[]) => {
      const text = prefix.join(' ');
      const next = { '1 6 7': 3, '1 8': 4, '1 8 4': 9, '1 8 4 9': 11 }[text] ?? 0;
      return Array.from({ length: vocabularySize }, (_, token) => (token === next ? Math.log(9) : 0));
    };
    const model = fakeModel({ vocabularySize, logitsOf });
    const probe = await probeModel(model, keys, [], { keepHidden: false });
    const [first, second, third] = probe.keys;
    assert.deepEqual([first!.answered, second!.answered, third!.answered], [true, false, false]);
    assert.deepEqual([first!.firstToken, second!.firstToken, third!.firstToken], [3, 4, 0]);
    assert.ok(Math.abs(first!.candidateLogP[1]! - Math.log(9 / 20)) < 1e-6);
    assert.ok(Math.abs(first!.candidateLogP[0]! - Math.log(1 / 20)) < 1e-6);
  });

  it('leaves out keys that are longer than the model can read', async () => {
    const model = fakeModel({ vocabularySize, logitsOf: baseLogits, maxLength: 3 });
    const probe = await probeModel(model, keys, [], { keepHidden: false });
    assert.deepEqual(
      probe.keys.map((entry) => entry !== undefined),
      [true, false, false],
    );
  });
});
