import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { collectTaskFiles } from '../../../src/cli/options';

describe('the files of --tasks', () => {
  it('are given alone, by name, between commas and one after the other', () => {
    const first = collectTaskFiles('a.jsonl,arc=b.jsonl');
    assert.deepEqual(first, [{ path: resolve('a.jsonl') }, { path: resolve('b.jsonl'), name: 'arc' }]);
    assert.deepEqual(collectTaskFiles('MMLU=c.json', first).at(-1), {
      path: resolve('c.json'),
      name: 'mmlu',
    });
    assert.throws(() => collectTaskFiles('foo=a.jsonl'), /There is no task foo\. Give one of hellaswag, arc/);
  });

  it('are never cut where the path exists as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tasks-'));
    const path = join(folder, 'arc=a,b.jsonl');
    await writeFile(path, '');
    assert.deepEqual(collectTaskFiles(path), [{ path }]);
    await rm(folder, { recursive: true });
  });
});
