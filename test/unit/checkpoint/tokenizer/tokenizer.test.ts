import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isControlName } from '../../../../src/checkpoint/tokenizer/controlTokens';
import { loadTokenizer } from '../../../../src/checkpoint/tokenizer/tokenizer';
import { chatModel, sampleModel, userError, withCopy } from '../folders';

interface Reference {
  tokenizer: { text: string; ids: number[] }[];
  greedy: { prompt: string; prompt_ids: number[] }[];
}

const expectedIds = {
  stories260K: { size: 512, begin: [1], end: [1, 2], special: [0, 1, 2] },
  'TinyStories-656K': { size: 2048, begin: [1], end: [2], special: [0, 1, 2] },
  'TinyStories-656K-q8_0': { size: 2048, begin: [1], end: [2], special: [0, 1, 2] },
  aidreams260K: { size: 512, begin: [1], end: [1, 2], special: [0, 1, 2] },
  'chat-5M': { size: 4096, begin: [], end: [2, 0], special: [0, 1, 2] },
} as const;

const folderOf = (name: string) =>
  name === 'TinyStories-656K' ? sampleModel : `test/fixtures/models/${name}`;

/** Changes a JSON file of a checkpoint. */
async function editJson(path: string, edit: (value: Record<string, unknown>) => void): Promise<void> {
  const value = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  edit(value);
  await writeFile(path, JSON.stringify(value));
}

describe('the tokenizer', () => {
  for (const [name, expected] of Object.entries(expectedIds))
    it(`of ${name} gives the reference ids and decodes them to the text again`, async () => {
      const file = JSON.parse(await readFile('test/fixtures/models/reference.json', 'utf8')) as Record<
        string,
        Reference
      >;
      const { tokenizer: texts, greedy } = file[name]!;
      const tokenizer = await loadTokenizer(folderOf(name));
      assert.equal(tokenizer.vocabularySize, expected.size);
      assert.deepEqual(tokenizer.beginIds, expected.begin);
      assert.deepEqual(tokenizer.endIds, expected.end);
      assert.deepEqual([...tokenizer.specialIds].sort(), expected.special);
      for (const { text, ids } of [
        ...texts,
        ...greedy.map((one) => ({ text: one.prompt, ids: one.prompt_ids })),
      ]) {
        const encoded = tokenizer.encode(text);
        assert.deepEqual([...tokenizer.beginIds, ...encoded], ids, text);
        // TinyStories has no tokens for letters it never saw; what is known comes back exactly.
        if (name === 'chat-5M' || !encoded.includes(0)) assert.equal(tokenizer.decode(encoded), text);
      }
    });

  it('knows control tokens by their names, and bytes that stand for no character', async () => {
    const stories = await loadTokenizer('test/fixtures/models/stories260K');
    assert.deepEqual([...stories.controlIds].sort(), [0, 1, 2]);
    assert.equal(stories.byteIds.size, 256);
    const names = [
      '<start_of_image>',
      '<unused42>',
      '<|tool|>',
      '[PAD]',
      '[/INST]',
      '[unused5]',
      '<<SYS>>',
      '<td>',
    ];
    for (const name of names) assert.ok(isControlName(name), name);
    for (const name of ['<0x0A>', '<', '->', 'a<b>', '[', '[the]', '▁word', '<a b>'])
      assert.ok(!isControlName(name), name);
  });

  it('keeps special tokens when it decodes, and recognises them in text', async () => {
    const chat = await loadTokenizer(chatModel);
    const text = '<|im_start|>user\nHello , you .<|im_end|>';
    const ids = chat.encode(text);
    assert.deepEqual([ids[0], ids.at(-1)], [1, 2]);
    assert.equal(chat.decode(ids), text);
  });

  it('gives nothing for ids without a token, as in an embedding larger than the vocabulary', async () => {
    const chat = await loadTokenizer(chatModel);
    assert.equal(chat.decode([]), '');
    assert.equal(chat.decode([5000]), '');
    assert.equal(chat.decode([...chat.encode('a b'), 4096]), 'a b');
  });

  it('finds end tokens in all three files, and takes a plain number', () =>
    withCopy(chatModel, async (dir) => {
      await editJson(join(dir, 'generation_config.json'), (config) => (config.eos_token_id = 5));
      await editJson(join(dir, 'config.json'), (config) => (config.eos_token_id = [6, 5]));
      await editJson(
        join(dir, 'tokenizer_config.json'),
        (config) => (config.eos_token = { content: '<|endoftext|>' }),
      );
      assert.deepEqual((await loadTokenizer(dir)).endIds, [5, 6, 0]);
    }));
});

describe('a tokenizer is refused', () => {
  it('when it is missing, with the way to convert an older form', () =>
    withCopy(sampleModel, async (dir) => {
      await rm(join(dir, 'tokenizer.json'));
      await assert.rejects(
        loadTokenizer(dir),
        userError('missing-tokenizer', /no tokenizer\.json/, /Download/),
      );
      await writeFile(join(dir, 'tokenizer.model'), 'x');
      await assert.rejects(loadTokenizer(dir), userError('missing-tokenizer', /older/, /save_pretrained/));
    }));

  it('when a file is broken or of a kind that is not known', () =>
    withCopy(sampleModel, async (dir) => {
      const path = join(dir, 'tokenizer.json');
      const original = await readFile(path);
      await writeFile(path, original.subarray(0, 5000));
      await assert.rejects(loadTokenizer(dir), userError('broken-json', /tokenizer\.json/));
      await writeFile(path, '{"model":{"vocab":{"a":1e12}}}');
      await assert.rejects(loadTokenizer(dir), userError('unexpected-content'));
      await writeFile(path, original);
      await editJson(path, (value) => (value.decoder = { type: 'Unheard' }));
      await assert.rejects(loadTokenizer(dir), userError('unsupported-tokenizer', /Unheard/));
      await writeFile(path, original);
      await writeFile(join(dir, 'tokenizer_config.json'), '{"bos_token":');
      await assert.rejects(loadTokenizer(dir), userError('broken-json', /tokenizer_config\.json/));
    }));
});
