import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { RandomStream } from '../../../src/common/random';
import { argmax } from '../../../src/engine/argmax';
import { continueTexts, type Continuation } from '../../../src/engine/continueTexts';
import { openForwardPass } from '../../../src/engine/forwardPass';
import type { LanguageModel } from '../../../src/engine/languageModel';
import { loadModel } from '../../../src/engine/loadedModel';
import { openLanguageModel } from '../../../src/engine/openLanguageModel';
import { onCpu } from '../../../src/contract/devices';

const open = async (name: string) => loadModel(await openCheckpoint(`test/fixtures/architectures/${name}`));
const random = () => new RandomStream(new Uint8Array(32).fill(3));

/** Prompts of several lengths, some of them equal, with and without a common start. */
const prompts = Array.from({ length: 11 }, (_, i) =>
  [1, 5, 9, 2, 7, 3, 11, 4].slice(0, 3 + (i % 4)).concat(i % 3 === 0 ? [12] : [13 + (i % 5), 6]),
);

describe('texts that are continued side by side', () => {
  for (const name of ['qwen2', 'mistral-swa', 'gemma3', 'gpt2'])
    it(`are the same however many are continued or read at once: ${name}`, async () => {
      const model = await open(name);
      const pass = await openForwardPass(model, onCpu);
      const continueAll = async (rows: number, tokensAtOnce: number): Promise<number[][]> => {
        const found = prompts.map(() => [] as number[]);
        const continuation: Continuation = {
          prompts,
          maxTokens: 7,
          scores: 'logits',
          tokensAtOnce,
          countRows: () => rows,
          choose(text, scores) {
            const next = argmax(scores);
            found[text]!.push(next);
            // Texts end at different steps, so that others take their places.
            return found[text]!.length > text % 7 ? undefined : next;
          },
        };
        await continueTexts(pass, model.config, continuation);
        return found;
      };
      try {
        const alone = await continueAll(1, 1);
        assert.deepEqual(
          alone.map((ids) => ids.length),
          prompts.map((_, i) => 1 + (i % 7)),
        );
        for (const [rows, tokens] of [
          [2, 100],
          [3, 8],
          [100, 1000],
        ] as const)
          assert.deepEqual(await continueAll(rows, tokens), alone, `${rows} texts, ${tokens} tokens`);
      } finally {
        await pass.close();
      }
    });
});

describe('sampling', () => {
  async function withModel(use: (model: LanguageModel) => Promise<void>): Promise<void> {
    const model = await openLanguageModel(await open('qwen2'), onCpu);
    try {
      await use(model);
    } finally {
      await model.close();
    }
  }
  const options = { prompt: [1, 5, 9], maxTokens: 6, temperature: 0.8, stopIds: [] };

  it('draws each sample independently of the others', () =>
    withModel(async (model) => {
      const few = await model.sample({ ...options, count: 5, random: random() });
      const many = await model.sample({ ...options, count: 80, random: random() });
      assert.deepEqual(
        many.slice(0, 5).map(({ ids }) => ids),
        few.map(({ ids }) => ids),
      );
    }));

  it("tells each token's log-probability at temperature 1", () =>
    withModel(async (model) => {
      const samples = await model.sample({ ...options, count: 6, random: random() });
      const rows = samples.map(({ ids }) => ({
        ids: [...options.prompt, ...ids],
        positions: ids.map((_, i) => options.prompt.length - 1 + i),
      }));
      await model.visitRows(rows, ({ sequence, position, logits }) => {
        const place = position - options.prompt.length + 1;
        const { ids, logProbabilities } = samples[sequence]!;
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
        const expected = logits[ids[place]!]! - Math.log(total);
        assert.ok(Math.abs(logProbabilities[place]! - expected) < 1e-4);
      });
    }));

  it('draws from the distribution at the temperature', () =>
    withModel(async (model) => {
      const count = 20_000;
      const samples = await model.sample({ ...options, maxTokens: 1, count, random: random() });
      let weights = new Float64Array();
      await model.visitRows([{ ids: options.prompt, positions: [2] }], ({ logits }) => {
        weights = Float64Array.from(logits, (logit) => Math.exp(logit / options.temperature));
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const found = new Float64Array(weights.length);
      for (const { ids } of samples) found[ids[0]!]! += 1;
      const chiSquare = weights.reduce((sum, weight, id) => {
        const expected = (count * weight) / total;
        return sum + (found[id]! - expected) ** 2 / expected;
      }, 0);
      const freedom = weights.length - 1;
      assert.ok(chiSquare < freedom + 4 * Math.sqrt(2 * freedom), `${chiSquare} of ${freedom}`);
    }));

  it('abandons lost samples, and reports progress', () =>
    withModel(async (model) => {
      const shares: number[] = [];
      const samples = await model.sample({
        ...options,
        count: 20,
        random: random(),
        isLost: (ids) => ids.length === 2 && ids[0]! % 2 === 0,
        onStep: (share) => shares.push(share),
      });
      for (const { ids } of samples) assert.equal(ids.length, ids[0]! % 2 === 0 ? 2 : 6);
      assert.ok(shares.length >= 6 && shares.at(-1) === 1);
      assert.deepEqual(
        shares,
        [...shares].sort((a, b) => a - b),
      );
    }));
});
