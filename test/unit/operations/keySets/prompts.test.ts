import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readPrompts } from '../../../../src/operations/keySets/prompts';

const cases = 'test/fixtures/cases/text-files';

describe('prompts of the creator', () => {
  it('are the lines of a text, in UTF-8 or UTF-16', async () => {
    const lines = (await readFile(join(cases, 'prompts-utf8.txt'), 'utf8')).trim().split('\n');
    for (const name of ['prompts-utf8.txt', 'prompts-utf16.txt'])
      assert.deepEqual(await readPrompts(join(cases, name)), { texts: lines, rowsLeftOut: 0 });
  });

  it('are the questions of rows', async () => {
    const { texts, rowsLeftOut } = await readPrompts(join(cases, 'prompts.jsonl'));
    const lines = (await readFile(join(cases, 'prompts.jsonl'), 'utf8')).trim().split('\n');
    assert.deepEqual([texts.length, rowsLeftOut], [lines.length, 0]);
    assert.ok(texts.every((text) => !text.includes('{')));
    const { texts: withInput } = await readPrompts(join(cases, 'array.json'));
    assert.equal(withInput.length, 30);
  });

  it('are refused where the file is no text', async () => {
    for (const name of ['text-latin1.txt', 'text.txt.gz', 'made-up.parquet'])
      await assert.rejects(readPrompts(join(cases, name)), { reason: 'not-text' });
  });
});
