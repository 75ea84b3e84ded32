import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Tokenizer } from '../../../src/checkpoint/tokenizer/tokenizer';
import { readTexts } from '../../../src/drift/readTexts';

const tokenizer = {
  encode: (text: string) => Array.from(text, (sign) => sign.codePointAt(0)!),
  decode: (ids: readonly number[]) => String.fromCodePoint(...ids),
  beginIds: [1],
  endIds: [2],
  specialIds: [1, 2],
} as unknown as Tokenizer;
const chatTokenizer = {
  ...tokenizer,
  chat: {
    render: (messages: readonly { role: string; content: string }[]) =>
      messages.map(({ role, content }) => `<${role}>${content}`).join(''),
  },
} as unknown as Tokenizer;

const options = { maxTexts: 100, maxTokens: 2000 };
let folder = '';

async function write(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** The texts a file gives, decoded again without the begin token. */
async function read(path: string, using = tokenizer, limits = options): Promise<string[]> {
  const { texts } = await readTexts(path, using, limits);
  return texts.map((ids) => {
    assert.equal(ids[0], 1);
    return tokenizer.decode(ids.slice(1));
  });
}

describe('texts for drift', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'texts-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('reads rows of text and of instructions, through the chat template where there is one', async () => {
    const rows = [
      { text: 'One.' },
      { instruction: 'Ask', output: 'Answer', extra: 1 },
      { instruction: 'Fix', input: 'teh', output: 'the' },
      { other: 'x' },
    ];
    const path = await write(
      'rows.jsonl',
      `\uFEFF${rows.map((row) => JSON.stringify(row)).join('\r\n')}\n\n`,
    );
    assert.deepEqual(await read(path), ['One.', 'Ask\nAnswer', 'Fix\nteh\nthe']);
    assert.deepEqual(await read(path, chatTokenizer), [
      'One.',
      '<user>Ask<assistant>Answer',
      '<user>Fix\nteh<assistant>the',
    ]);
    assert.deepEqual(await read(path, tokenizer, { maxTexts: 2, maxTokens: 4 }), ['One', 'Ask']);
  });

  it('takes a field that is null for one that is not there, and rows of an array', async () => {
    const cases = 'test/fixtures/cases/text-files';
    for (const name of ['input-null.jsonl', 'array.json']) {
      const { texts, rowsLeftOut } = await readTexts(join(cases, name), tokenizer, options);
      assert.deepEqual([texts.length, rowsLeftOut], [30, 0]);
    }
    const rows = [{ text: null, instruction: 'Ask', input: null, output: 'Answer' }, 'One.'];
    const path = await write('nulls.json', JSON.stringify(rows));
    assert.deepEqual(await read(path), ['Ask\nAnswer', 'One.']);
  });

  it('counts the rows that it leaves out', async () => {
    const rows = [
      { text: 'One.' },
      { messages: [] },
      { text: ' ' },
      { text: null },
      [1],
      { text: 'Two.' },
      5,
    ];
    const path = await write('some.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const { texts, rowsLeftOut } = await readTexts(path, tokenizer, options);
    assert.deepEqual([texts.length, rowsLeftOut], [2, 5]);
    const first = await readTexts(path, tokenizer, { ...options, maxTexts: 1 });
    assert.deepEqual([first.texts.length, first.rowsLeftOut], [1, 0]);
  });

  it('cuts plain text between words or paragraphs without losing a word', async () => {
    const words = Array.from({ length: 900 }, (_, i) => `word${i}`);
    const path = await write('plain.txt', words.join(' '));
    const pieces = await read(path);
    assert.deepEqual(pieces.join(' ').split(' '), words);
    assert.ok(pieces.every((piece) => piece.length <= 800));
    const paragraphs = ['a '.repeat(300).trim(), 'b '.repeat(300).trim()];
    assert.deepEqual(await read(await write('paragraphs.txt', paragraphs.join('\r\n\r\n'))), paragraphs);
    assert.equal((await read(await write('one.txt', 'x'.repeat(2000)))).length, 3);
  });

  it('says which file holds nothing usable, is broken or missing', async () => {
    for (const [name, content, reason] of [
      ['empty.txt', '', 'empty-text'],
      ['blank.txt', ' \n\n ', 'empty-text'],
      ['empty.jsonl', '', 'empty-text'],
      ['other.jsonl', '{"a":1}\n[1]\n', 'empty-text'],
      ['broken.jsonl', '{"text":"a b"}\n{"text":', 'broken-json'],
    ] as const) {
      const path = await write(name, content);
      await assert.rejects(readTexts(path, tokenizer, options), (error: Error & { reason?: string }) => {
        assert.equal(error.reason, reason);
        assert.ok(error.message.includes(name));
        return true;
      });
    }
    await assert.rejects(readTexts(join(folder, 'none.txt'), tokenizer, options), { reason: 'not-found' });
    await assert.rejects(readTexts(folder, tokenizer, options), { reason: 'not-a-file' });
  });
});
