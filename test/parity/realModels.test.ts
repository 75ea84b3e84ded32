import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { readTexts } from '../../src/drift/readTexts';
import type { LanguageModel } from '../../src/engine/languageModel';
import { openLanguageModel } from '../../src/engine/openLanguageModel';
import { onCpu } from '../../src/contract/devices';
import { openModel } from '../../src/operations/openModel';
import { logSumExp } from '../../src/verify/logSoftmax';

const root = 'test/fixtures/models';
const sample = 'TinyStories-656K';

const referenceSchema = z.record(
  z.string(),
  z.looseObject({
    parameters: z.int(),
    greedy: z.array(
      z.looseObject({
        prompt: z.string(),
        prompt_ids: z.array(z.int()),
        next_token_top5: z.array(z.tuple([z.int(), z.number()])),
        greedy_ids: z.array(z.int()),
      }),
    ),
    mean_nll: z.record(z.string(), z.looseObject({ nll: z.number(), tokens: z.int() })),
  }),
);
const reference = referenceSchema.parse(JSON.parse(readFileSync(join(root, 'reference.json'), 'utf8')));

describe('real models agree with the values of reference.json', () => {
  for (const [name, expected] of Object.entries(reference))
    it(name, async () => {
      const { loaded, tokenizer } = await openModel(
        name === sample ? 'media/sample-model' : join(root, name),
      );
      const model = await openLanguageModel(loaded, onCpu);
      try {
        assert.equal(countParameters(loaded.parameters), expected.parameters);
        for (const { prompt, prompt_ids, next_token_top5, greedy_ids } of expected.greedy) {
          await checkNextToken(model, prompt_ids, next_token_top5, prompt);
          const [continued] = await model.continueGreedily([prompt_ids], 64, tokenizer.endIds);
          assert.deepEqual(continued, greedy_ids, prompt);
        }
        // Only these two texts are in the repository; Shakespeare and WikiText-2 are not.
        const stories = expected.mean_nll.tinystories_first50;
        if (stories) {
          const { texts } = await readTexts('media/text/stories.jsonl', tokenizer, {
            maxTexts: 50,
            maxTokens: model.maxLength,
          });
          await checkLoss(model, texts, stories);
        }
        const dialogues = expected.mean_nll.chat_heldout_last60_200tokens;
        if (dialogues) {
          const { texts } = await readTexts('media/text/dialogues.jsonl', tokenizer, {
            maxTexts: 150,
            maxTokens: 200,
          });
          await checkLoss(model, texts.slice(-60), dialogues);
        }
      } finally {
        await model.close();
      }
    });
});

async function checkNextToken(
  model: LanguageModel,
  ids: readonly number[],
  top5: readonly (readonly [number, number])[],
  prompt: string,
): Promise<void> {
  await model.visitRows([{ ids, positions: [ids.length - 1] }], ({ logits }) => {
    const order = [...logits.keys()].sort((left, right) => logits[right]! - logits[left]!);
    assert.deepEqual(
      order.slice(0, top5.length),
      top5.map(([id]) => id),
      prompt,
    );
    for (const [id, logit] of top5)
      assert.ok(
        Math.abs(logits[id]! - logit) <= 1e-3,
        `${prompt}: logit of ${id} is ${logits[id]!}, not ${logit}`,
      );
  });
}

async function checkLoss(
  model: LanguageModel,
  texts: readonly (readonly number[])[],
  expected: { readonly nll: number; readonly tokens: number },
): Promise<void> {
  let sum = 0;
  let tokens = 0;
  await model.visitRows(
    texts.map((ids) => ({ ids, positions: ids.slice(1).map((_, position) => position) })),
    ({ sequence, position, logits }) => {
      sum += logSumExp(logits) - logits[texts[sequence]![position + 1]!]!;
      tokens++;
    },
  );
  assert.equal(tokens, expected.tokens);
  // The reference is rounded to four digits.
  assert.ok(Math.abs(sum / tokens - expected.nll) <= 1e-4, `mean loss ${sum / tokens}, not ${expected.nll}`);
}

function countParameters(parameters: readonly { readonly shape: readonly number[] }[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size), 0);
}
