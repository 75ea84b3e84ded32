import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FileCache } from '../../../../src/vscode/index/fileCache';

let folder: string;
before(() => void (folder = mkdtempSync(join(tmpdir(), 'cache-test-'))));
after(() => rmSync(folder, { recursive: true }));

describe('what was read from files', () => {
  it('is read again only where a file changed, and in view until then', async () => {
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    for (const path of [a, b]) writeFileSync(path, '');
    const reads: string[] = [];
    const seen: number[] = [];
    const cache = new FileCache<string>((path): Promise<string> => {
      seen.push(cache.valuesOf([a, b]).length);
      reads.push(path);
      return Promise.resolve(`${path} ${reads.length}`);
    });
    await cache.update([a, b]);
    assert.deepEqual(cache.valuesOf([b, a]), [`${b} 2`, `${a} 1`]);
    utimesSync(a, 1, 1);
    await cache.update([a, b]);
    assert.deepEqual(reads, [a, b, a]);
    assert.deepEqual(seen, [0, 1, 2]);
    cache.forget((value) => value.startsWith(b));
    await cache.update([a, b]);
    assert.deepEqual(cache.valuesOf([a, b]), [`${a} 3`, `${b} 4`]);
    await cache.update([b]);
    assert.deepEqual(cache.valuesOf([a, b]), [`${b} 4`]);
  });
});
