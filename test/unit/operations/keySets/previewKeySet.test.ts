import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { previewKeySet } from '../../../../src/operations/keySets/previewKeySet';
import { context, makeKeys, openWorkshop, sampleModel, type Workshop } from '../workshop';

describe('previewing a key set', () => {
  let workshop: Workshop;
  before(async () => void (workshop = await openWorkshop()));
  after(() => workshop.remove());

  it('finds the keys ordinary and their candidates after the nucleus', async () => {
    const { out } = await makeKeys(workshop);
    const request = { model: sampleModel, keys: out, count: 8, device: 'cpu' as const };
    const figures = await previewKeySet.run(request, context(workshop.folder));
    // Numbers alone, in the lists of a key as elsewhere: neither key text nor response.
    const values = figures.keys.flatMap((key) => Object.values(key)).flat();
    assert.ok(values.every((value) => typeof value === 'number'));
    assert.deepEqual(previewKeySet.declaration.result.parse(figures), figures);
    const { low, high } = figures.ordinary!;
    assert.ok(low < high);
    assert.equal(figures.keys.length, 8);
    for (const { candidates, likelier, perplexity } of figures.keys) {
      assert.equal(candidates.length, 10);
      assert.ok(candidates.every((chance, index) => index === 0 || chance <= candidates[index - 1]!));
      // The nucleus ends with the word that reaches 80 %; the list is cut where it is long.
      if (likelier.length < 48) assert.ok(likelier.reduce((sum, chance) => sum + chance, 0) > 0.79);
      assert.ok(likelier.at(-1)! >= candidates[0]!);
      assert.ok(perplexity >= low * 0.9 && perplexity <= high * 1.1, `${perplexity} of ${low} to ${high}`);
    }
  });
});
