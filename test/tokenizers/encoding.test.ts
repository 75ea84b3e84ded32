import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tokenizer } from '../../src/checkpoint/tokenizer/tokenizer';
import { isUnsettled } from '../../src/fingerprint/text/unsettledText';
import { type Golden, createDigests, families, loadPacked, readGolden } from './golden';
import { drawIds, drawString, idListCount, stringCount, unsettledStringCount } from './strings';

const tokensTogether = 100;

/** The strings of which Hugging Face tokenizers says otherwise, each with its number for makeTokenizerGolden.py. */
function listDifferences(tokenizer: Tokenizer, golden: Golden, first: number, count: number): string[] {
  const isEncoded = createDigests(golden.encoded);
  const isDecoded = createDigests(golden.decoded);
  return Array.from({ length: count }, (_, at) => first + at).flatMap((index) => {
    const text = drawString(index, golden.added);
    const ids = tokenizer.encode(text);
    if (!isEncoded(index, ids.join())) return [`${index} encodes otherwise: ${JSON.stringify(text)}`];
    if (!isDecoded(index, tokenizer.decode(ids)))
      return [`${index} decodes otherwise: ${JSON.stringify(text)}`];
    return [];
  });
}

function listIds(tokenizer: Tokenizer): number[] {
  return Array.from({ length: tokenizer.vocabularySize }, (_, id) => id);
}

for (const name of families)
  describe(`the tokenizer of ${name}`, async () => {
    const golden = readGolden(name);
    const tokenizer = await loadPacked(name);

    it(`encodes and decodes ${stringCount} strings as Hugging Face tokenizers does`, () => {
      for (const [index, ids] of golden.whole.entries())
        assert.deepEqual(tokenizer.encode(drawString(index, golden.added)), ids, `string ${index}`);
      assert.deepEqual(listDifferences(tokenizer, golden, 0, stringCount), []);
    });

    it('may differ only where a character is known to be unsettled', () => {
      const differences = listDifferences(tokenizer, golden, stringCount, unsettledStringCount);
      const unknown = differences.filter(
        (line) => !isUnsettled(drawString(Number.parseInt(line), golden.added)),
      );
      assert.deepEqual(unknown, []);
    });

    it('decodes every token, and lists of tokens that no text gives', () => {
      const ids = listIds(tokenizer);
      assert.equal(ids.length, golden.idCount);
      const isEach = createDigests(golden.eachDecoded);
      for (let start = 0; start < ids.length; start += tokensTogether) {
        const texts = ids.slice(start, start + tokensTogether).map((id) => tokenizer.decode([id]));
        assert.ok(isEach(start / tokensTogether, texts.join('\n')), `a token from ${start} on`);
      }
      const isList = createDigests(golden.listsDecoded);
      for (let index = 0; index < idListCount; index++) {
        const list = drawIds(index, ids);
        assert.ok(isList(index, tokenizer.decode(list)), `the tokens ${list.join()}`);
      }
    });

    it('puts the same begin token in front of a text', () => {
      assert.deepEqual(tokenizer.beginIds, golden.begin);
    });
  });
