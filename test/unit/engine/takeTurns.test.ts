import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { residentBytes } from '../../../src/engine/layerGroups';
import { loadModel, type LoadedModel } from '../../../src/engine/loadedModel';
import { openLanguageModel } from '../../../src/engine/openLanguageModel';
import { onCpu } from '../../../src/contract/devices';
import { fitTogether, takeTurns } from '../../../src/engine/takeTurns';
import type { LanguageModel } from '../../../src/engine/languageModel';

const open = async (name: string): Promise<LoadedModel> =>
  loadModel(await openCheckpoint(`test/fixtures/architectures/${name}`));
const ask = (model: LanguageModel): Promise<number[][]> => model.continueGreedily([[1, 5, 9]], 4, []);

describe('models that take turns', () => {
  it('answer as each does alone, again and again', async () => {
    const models = [await open('qwen2'), await open('phi3')];
    const expected: number[][][] = [];
    for (const model of models) {
      const alone = await openLanguageModel(model, onCpu);
      expected.push(await ask(alone));
      await alone.close();
    }
    const [first, second] = takeTurns(models, onCpu);
    for (let turn = 0; turn < 2; turn++) {
      assert.deepEqual(await ask(first!), expected[0]);
      assert.deepEqual(await ask(second!), expected[1]);
    }
    await first!.close();
    await second!.close();
  });

  it('do so where they do not fit together, or where that is unknown', async () => {
    const model = await open('qwen2');
    const card = { ...onCpu, device: 'cuda' as const };
    assert.equal(fitTogether([model, model], card), false);
    assert.equal(fitTogether([model, model], { ...card, memoryBytes: residentBytes(model, card) }), false);
    assert.equal(fitTogether([model, model], { ...card, memoryBytes: 1e9 }), true);
  });
});
