import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadTokenizer, type Tokenizer } from '../../../../../src/checkpoint/tokenizer/tokenizer';
import { inFolder } from '../../folders';

/** All ids and texts expected here are those of Hugging Face tokenizers 0.23.2 for the same files. */

interface Parts {
  readonly merges?: readonly string[];
  readonly pre_tokenizer?: unknown;
  readonly decoder?: unknown;
  readonly added_tokens?: readonly Readonly<Record<string, unknown>>[];
}

async function withTokenizer(
  tokens: readonly string[],
  { merges = [], ...parts }: Parts,
  work: (tokenizer: Tokenizer) => void,
): Promise<void> {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const model = { type: 'BPE', vocab, merges, unk_token: null };
  await inFolder(async (dir) => {
    await writeFile(join(dir, 'tokenizer.json'), JSON.stringify({ model, ...parts }));
    work(await loadTokenizer(dir));
  });
}

describe('a pre-tokenizer is read as in Hugging Face tokenizers', () => {
  const expectMetaspace = (settings: object, ids: readonly number[]) =>
    withTokenizer(
      ['a', '▁', 'a▁'],
      {
        merges: ['a ▁'],
        pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', ...settings },
      },
      (tokenizer) => assert.deepEqual(tokenizer.encode('a a'), ids),
    );

  it('when Metaspace splits at spaces, which it does unless it says otherwise', async () => {
    await expectMetaspace({ split: true }, [1, 0, 1, 0]);
    await expectMetaspace({}, [1, 0, 1, 0]);
    await expectMetaspace({ split: false }, [1, 2, 0]);
  });

  it('when bytes get a space in front', () =>
    withTokenizer(
      ['a', 'Ġ', 'Ġa', 'b'],
      { merges: ['Ġ a'], pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, use_regex: true } },
      (tokenizer) => {
        assert.deepEqual(tokenizer.encode('a a'), [2, 2]);
        assert.deepEqual(tokenizer.encode(' a'), [2]);
      },
    ));

  it('when digits stand alone or together, of any script', async () => {
    const tokens = ['1', '2', '12', 'a', '²', 'a1'];
    const expectDigits = (individual_digits: boolean, ids: readonly number[]) =>
      withTokenizer(
        tokens,
        { merges: ['a 1', '1 2'], pre_tokenizer: { type: 'Digits', individual_digits } },
        (tokenizer) => assert.deepEqual(tokenizer.encode('a12²'), ids),
      );
    await expectDigits(true, [3, 0, 1, 4]);
    await expectDigits(false, [3, 2, 4]);
  });
});

describe('an added token', () => {
  const tokens = ['a', 'b', '\u0085', '\ufeff', ' '];

  it('absorbs Unicode spaces on its left, and no others', () =>
    withTokenizer(tokens, { added_tokens: [{ id: 5, content: '<m>', lstrip: true }] }, (tokenizer) => {
      assert.deepEqual(tokenizer.encode('a\u0085 <m> b\ufeff<m>'), [0, 5, 4, 1, 3, 5]);
    }));

  it('absorbs Unicode spaces on its right, but not where a longer token matches', () =>
    withTokenizer(
      tokens,
      {
        added_tokens: [
          { id: 5, content: '<m>', rstrip: true },
          { id: 6, content: '<m>2' },
        ],
      },
      (tokenizer) =>
        assert.deepEqual(tokenizer.encode('a <m> \u0085b<m>\ufeff<m>2 a'), [0, 4, 5, 1, 5, 3, 6, 4, 0]),
    ));

  it('that must stand alone counts as special, so that no key holds it', () =>
    withTokenizer(tokens, { added_tokens: [{ id: 5, content: 'ab', single_word: true }] }, (tokenizer) => {
      assert.deepEqual([...tokenizer.specialIds], [5]);
    }));
});

describe('bytes for characters without a token', () => {
  const decoder = {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  };
  const tokens = ['▁a', '<0xEF>', '<0xBB>', '<0xBF>', '<0xE2>', 'b'];

  it('decode to the character, a byte-order mark too, or each to a replacement character', () =>
    withTokenizer(tokens, { decoder }, (tokenizer) => {
      assert.equal(tokenizer.decode([0, 1, 2, 3, 5]), 'a\ufeffb');
      assert.equal(tokenizer.decode([1, 2, 3]), '\ufeff');
      assert.equal(tokenizer.decode([0, 4, 5]), 'a\ufffdb');
      assert.equal(tokenizer.decode([1, 2, 5, 4, 4]), '\ufffd\ufffdb\ufffd\ufffd');
    }));
});
