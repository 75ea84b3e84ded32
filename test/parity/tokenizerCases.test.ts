import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadTokenizer } from '../../src/checkpoint/tokenizer/tokenizer';
import { readTexts } from '../../src/drift/readTexts';
import { drift } from '../../src/operations/drift';
import { context } from '../unit/operations/workshop';

/**
 * Small models whose tokenizers were once read wrongly. expected.json of each has the values of transformers
 * 5.18 for texts.jsonl.
 */
const cases = [
  'unigram-byte-fallback',
  'special-tokens-map-only',
  'template-other-special-tokens',
  'added-token-in-config-only',
  'prefix-space-emoji',
];

interface Expected {
  readonly predictions: number;
  readonly loss: number;
  readonly first_text_ids: number[];
}

describe('a tokenizer is read as in transformers', () => {
  for (const name of cases)
    it(name, async () => {
      const folder = join('test/fixtures/cases', name);
      const [model, text] = [join(folder, 'model'), join(folder, 'texts.jsonl')];
      const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Expected;
      const { texts } = await readTexts(text, await loadTokenizer(model), { maxTexts: 100, maxTokens: 256 });
      assert.deepEqual(texts[0], expected.first_text_ids);
      const request = { base: model, model, text: [text], device: 'cpu' as const };
      const { tokens, baseLoss } = await drift.run(request, context(folder));
      assert.equal(tokens, expected.predictions);
      assert.ok(Math.abs(baseLoss / expected.loss - 1) < 1e-4, `${baseLoss} instead of ${expected.loss}`);
    });
});
