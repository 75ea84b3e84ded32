import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openTextFile } from '../../../../src/common/textFile/rows';

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('a file of rows or of text', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'rows-'))));
  after(() => rm(folder, { recursive: true }));

  /** The rows of a file, or its text. */
  async function read(name: string, content: string | Uint8Array): Promise<unknown[] | string> {
    const path = join(folder, name);
    await writeFile(path, content);
    const file = await openTextFile(path, 'Give another file.');
    if (file.form === 'rows') return collect(file.rows);
    return (await collect(file.stretches)).join('');
  }

  const rows = [{ text: 'a\nb' }, { text: '🍣' }];
  const lines = `\ufeff\n${rows.map((row) => JSON.stringify(row)).join('\r\n')}\n\n`;

  it('has rows where its lines are JSON, whatever it is called', async () => {
    assert.deepEqual(await read('a.jsonl', lines), rows);
    assert.deepEqual(await read('a.NDJSON', lines), rows);
    assert.deepEqual(await read('a.txt', lines), rows);
    assert.deepEqual(await read('a.json', lines), rows);
    assert.deepEqual(await read('utf16.txt', Buffer.from(lines, 'utf16le')), rows);
    assert.deepEqual(await read('one.txt', JSON.stringify(rows[0])), rows.slice(0, 1));
  });

  it('has rows where it is a JSON array, whatever it is called', async () => {
    for (const name of ['a.json', 'a.jsonl', 'a.txt']) {
      assert.deepEqual(await read(name, JSON.stringify(rows)), rows);
      assert.deepEqual(await read(name, `\n${JSON.stringify(rows, undefined, 2)}`), rows);
    }
    assert.deepEqual(await read('texts.json', '["a", "b"]'), ['a', 'b']);
  });

  it('is text otherwise, also where that begins with a bracket', async () => {
    for (const text of [
      'plain',
      '',
      '{ not JSON }\nmore',
      '["a quotation"]',
      '[1] a footnote',
      '{\n  "a": 1\n}',
    ])
      assert.equal(await read('a.txt', text), text);
  });

  it('is refused where the JSON is broken or has no rows', async () => {
    await assert.rejects(read('a.jsonl', '{"text":"a"}\n{"text":'), {
      reason: 'broken-json',
      message: /Line 2 of .*a\.jsonl/,
    });
    await assert.rejects(read('a.txt', '[{"text":'), { reason: 'broken-json' });
    await assert.rejects(read('a.json', '{\n  "rows": []\n}'), {
      reason: 'unexpected-content',
      message: /JSON/,
    });
  });
});
