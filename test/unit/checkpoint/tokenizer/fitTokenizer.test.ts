import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeKnown, fitTokenizer } from '../../../../src/checkpoint/tokenizer/fitTokenizer';
import { loadTokenizer } from '../../../../src/checkpoint/tokenizer/tokenizer';
import { userError } from '../folders';

const dir = 'test/fixtures/cases/token-beyond-embedding/model';

describe('a tokenizer with more tokens than the model has embeddings', () => {
  it('is cut at the embedding, and names the tokens beyond it', async () => {
    const whole = await loadTokenizer(dir);
    assert.equal(whole.vocabularySize, 392);
    const name = whole.decode([391]);
    const { tokenizer, warnings } = fitTokenizer({ ...whole, endIds: [0, 391] }, 391, dir);
    assert.deepEqual([tokenizer.vocabularySize, tokenizer.endIds], [391, [0]]);
    assert.deepEqual(warnings, [
      `The tokenizer of ${dir} has a token for which the model has no embedding: "${name}" (id 391). A text that contains it is refused.`,
    ]);
    const two = fitTokenizer(whole, 390, dir).warnings[0]!;
    assert.ok(
      two.includes(
        `tokens for which the model has no embedding: ${JSON.stringify(whole.decode([390]))} (id 390) and "${name}" (id 391). A text that contains one`,
      ),
    );
    const many = fitTokenizer(whole, 300, dir).warnings[0]!;
    assert.match(many, /\(id 300\), .* \(id 301\), .* \(id 302\) … .* \(id 391\)\./);
  });

  it('refuses only a text that contains such a token', async () => {
    const whole = await loadTokenizer(dir);
    const { tokenizer } = fitTokenizer(whole, 391, dir);
    const text = 'The cat sat by the river.';
    assert.deepEqual(tokenizer.encode(text), whole.encode(text));
    const other = `The cat ${whole.decode([391])} sat.`;
    assert.ok(whole.encode(other).includes(391));
    assert.throws(
      () => tokenizer.encode(other),
      userError(
        'tokenizer-mismatch',
        /The text "The cat .* sat\." contains the token .* \(id 391\)/,
        /Leave that token out/,
      ),
    );
    assert.equal(encodeKnown(tokenizer, other), undefined);
    assert.deepEqual(encodeKnown(tokenizer, text), whole.encode(text));
  });

  it('is refused where every text begins with such a token', async () => {
    const whole = await loadTokenizer(dir);
    assert.throws(
      () => fitTokenizer({ ...whole, beginIds: [391] }, 391, dir),
      userError('tokenizer-mismatch', /every text begins with the token .* \(id 391\)/),
    );
  });

  it('is as it was where the embedding is larger, but for end tokens that there are not', async () => {
    const whole = await loadTokenizer(dir);
    assert.deepEqual(fitTokenizer(whole, 392, dir), { tokenizer: whole, warnings: [] });
    const { tokenizer, warnings } = fitTokenizer({ ...whole, endIds: [0, 32_007] }, 400, dir);
    assert.deepEqual(tokenizer.endIds, [0]);
    assert.match(warnings[0]!, /end tokens that the model does not have \(32007\)/);
  });
});
