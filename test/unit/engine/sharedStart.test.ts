import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import type { Rows } from '../../../src/engine/languageModel';
import { loadModel } from '../../../src/engine/loadedModel';
import { openLanguageModel } from '../../../src/engine/openLanguageModel';
import { onCpu } from '../../../src/contract/devices';
import { countSharedTokens } from '../../../src/engine/sharedStart';

/** Windows shorter than the start, positions learned and turned, heads in groups. */
const folders = ['mistral-swa', 'gemma3', 'qwen2', 'gpt2', 'gpt-neox'];
const start = [1, 5, 9, 2, 7, 3, 11, 4, 8, 6];
const questions: Rows[] = Array.from({ length: 12 }, (_, i) => {
  const ids = [...start, ...Array.from({ length: 1 + (i % 5) }, (__, j) => 12 + ((7 * i + 3 * j) % 20))];
  return { ids, positions: [start.length, ids.length - 1] };
});

const rowsOf = (ids: readonly number[], positions: readonly number[]): Rows => ({ ids, positions });

describe('the common start of sequences', () => {
  it('ends where one differs, and before the first requested prediction', () => {
    const many = Array.from({ length: 40 }, (_, i) => rowsOf([1, 2, 3, 10 + i], [3]));
    assert.equal(countSharedTokens(many), 3);
    assert.equal(countSharedTokens([...many, rowsOf([1, 2, 4, 5], [3])]), 2);
    assert.equal(countSharedTokens([...many, rowsOf([1, 2, 3, 5], [2, 3])]), 2);
    assert.equal(countSharedTokens(many.map(({ ids }) => rowsOf(ids, [0, 3]))), 0);
    assert.equal(countSharedTokens([]), 0);
  });

  for (const name of folders)
    it(`is read once and gives the same predictions: ${name}`, async () => {
      const model = await openLanguageModel(
        loadModel(await openCheckpoint(`test/fixtures/architectures/${name}`)),
        onCpu,
      );
      try {
        assert.equal(countSharedTokens(questions), start.length);
        const ask = async (rows: readonly Rows[]): Promise<Map<string, Float32Array>> => {
          const found = new Map<string, Float32Array>();
          await model.visitRows(rows, ({ sequence, position, logits }) =>
            found.set(`${sequence}/${position}`, logits.slice()),
          );
          return found;
        };
        const together = await ask([rowsOf([3, 4], []), ...questions]);
        for (const [i, question] of questions.entries())
          for (const [place, expected] of await ask([question])) {
            const found = together.get(place.replace(/^0/, `${i + 1}`))!;
            const worst = Math.max(...expected.map((value, j) => Math.abs(value - found[j]!)));
            assert.ok(worst <= 1e-5, `question ${i}, ${place}: ${worst}`);
          }
        const prompts = questions.map(({ ids }) => [...ids.slice(0, start.length), ids.at(-1)!]);
        const alone = [];
        for (const prompt of prompts) alone.push((await model.continueGreedily([prompt], 3, []))[0]);
        assert.deepEqual(await model.continueGreedily(prompts, 3, []), alone);
      } finally {
        await model.close();
      }
    });
});
