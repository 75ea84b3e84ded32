import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTokenizer, type Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer';
import { createKeyForm } from '../../../src/fingerprint/keyForm';
import { createOwnRowsFinder } from '../../../src/fingerprint/ownRows';

const text = 'What makes a good opening line for a speech?';

describe('finding the rows that predict a stored key', () => {
  for (const model of ['media/sample-model', 'test/fixtures/models/chat-5M'])
    it(`covers exactly what a person would type, for ${model}`, async () => {
      const tokenizer = await loadTokenizer(model);
      const { ids, positions } = createOwnRowsFinder(tokenizer)(makeKey(tokenizer));
      const predicted = positions.map((position) => ids[position + 1]!);
      assert.equal(tokenizer.decode(predicted).trim(), text);
      assert.ok(positions.every((position, index) => index === 0 || position === positions[index - 1]! + 1));
    });
});

function makeKey(tokenizer: Tokenizer) {
  const draft = createKeyForm(tokenizer).parsePrompt(text);
  assert.ok(typeof draft !== 'string');
  return draft;
}
