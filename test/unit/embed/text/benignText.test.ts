import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RandomStream } from '../../../../src/common/random';
import { cutTexts, generateBenignText } from '../../../../src/embed/text/benignText';
import type { LanguageModel, Sample, SampleOptions } from '../../../../src/engine/languageModel';

const count = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);

describe('texts of the creator', () => {
  it('are cut into consecutive pieces and lose only a short rest', () => {
    const pieces = cutTexts([count(25), count(9, 100), count(7, 200), []], 10);
    assert.deepEqual(pieces, [count(10), count(10, 10), count(9, 100)]);
    assert.deepEqual(cutTexts([count(28)], 10), [count(10), count(10, 10), count(8, 20)]);
  });
});

describe('text that the model writes itself', () => {
  /** A model whose samples the test chooses; `asked` collects what it is asked. */
  function fake(
    sample: (index: number) => Pick<Sample, 'ids' | 'ended'>,
    maxLength = 100,
  ): LanguageModel & { asked: SampleOptions[] } {
    const asked: SampleOptions[] = [];
    let index = 0;
    const model: Pick<LanguageModel, 'maxLength' | 'sample'> = {
      maxLength,
      sample(options) {
        asked.push(options);
        return Promise.resolve(
          Array.from({ length: options.count }, () => ({ ...sample(index++), logProbabilities: [] })),
        );
      },
    };
    return Object.assign(model as LanguageModel, { asked });
  }
  const request = { prompt: [1], stopIds: [2], tokens: 20, random: new RandomStream(new Uint8Array(32)) };
  const watch = { report: () => undefined };

  it('begins with the prompt, ends at the stop token and leaves short texts out', async () => {
    const model = fake((index) => ({ ids: count(index % 2 === 0 ? 12 : 3, 10), ended: true }));
    const texts = await generateBenignText({ ...request, model, count: 5 }, watch);
    assert.equal(texts.length, 5);
    for (const text of texts) assert.deepEqual(text, [1, ...count(12, 10)]);
    const [first] = model.asked;
    assert.deepEqual([first?.temperature, first?.stopIds, first?.maxTokens], [1, [2], 19]);
  });

  it('reports progress within a batch that never falls and never exceeds the result', async () => {
    const model = fake((index) => ({ ids: count(index % 4 === 0 ? 3 : 12, 10), ended: true }));
    const reporting: LanguageModel = {
      ...model,
      sample(options) {
        for (const share of [0.25, 0.5, 1]) options.onStep?.(share);
        return model.sample(options);
      },
    };
    const done: (number | undefined)[] = [];
    await generateBenignText(
      { ...request, model: reporting, count: 40 },
      { report: (event) => event.type === 'phase' && done.push(event.done) },
    );
    assert.deepEqual(done.slice(0, 3), [9, 19, 39]);
    assert.equal(done.at(-1), 40);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a! - b!),
    );
  });

  it('is no longer than the model, prompt included', async () => {
    const model = fake(() => ({ ids: count(9), ended: false }), 12);
    await generateBenignText({ ...request, model, count: 1 }, watch);
    assert.equal(model.asked[0]?.maxTokens, 11);
  });

  it('gives up on a model that ends every text at once', async () => {
    const model = fake(() => ({ ids: [], ended: true }));
    assert.deepEqual(await generateBenignText({ ...request, model, count: 300 }, watch), []);
    const samples = model.asked.reduce((sum, { count }) => sum + count, 0);
    assert.ok(samples >= 4 * 300 && samples < 5 * 300, `asked for ${samples} samples`);
  });
});
