import assert from 'node:assert/strict';
import { cp, mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readDigestedFiles } from '../../../../src/vscode/index/fileVersion';
import { KnownDigests, type DigestMemory } from '../../../../src/vscode/index/knownDigests';
import { inNewFolder } from '../../common/strange';

const digest = (letter: string): string => letter.repeat(64);

async function makeModel(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ['config.json', 'model.safetensors', 'README.md'])
    await writeFile(join(folder, name), name);
}

const versionOf = async (folder: string): Promise<string> => (await readDigestedFiles(folder)).version;

describe('the version of the files that a digest covers', () => {
  it('stays when their folder is renamed or moved, and when other files change', () =>
    inNewFolder(async (root) => {
      const model = join(root, 'w', 'model');
      await makeModel(model);
      const before = await readDigestedFiles(model);
      await rename(join(root, 'w'), join(root, 'v'));
      await rename(join(root, 'v', 'model'), join(root, 'v', 'renamed'));
      await writeFile(join(root, 'v', 'renamed', 'README.md'), 'Another one.');
      const after = await readDigestedFiles(join(root, 'v', 'renamed'));
      assert.equal(after.version, before.version);
      // Whatever was said of the folder's name before may have been said of another folder.
      assert.ok(after.changedAtMs > before.changedAtMs);
    }));

  it('changes with their content, even if somebody sets size and times back, and in a copy', () =>
    inNewFolder(async (root) => {
      const model = join(root, 'model');
      await makeModel(model);
      const before = await versionOf(model);
      const weights = join(model, 'model.safetensors');
      const { atime, mtime } = await stat(weights);
      await writeFile(weights, 'MODEL.SAFETENSORS');
      await utimes(weights, atime, mtime);
      assert.notEqual(await versionOf(model), before);
      await cp(model, join(root, 'copy'), { recursive: true, preserveTimestamps: true });
      assert.notEqual(await versionOf(join(root, 'copy')), await versionOf(model));
    }));
});

describe('digests that were computed', () => {
  /** A memory of the editor's, which keeps JSON. */
  function makeMemory(kept: unknown): DigestMemory & { kept: unknown } {
    return {
      kept,
      get() {
        return this.kept;
      },
      update(_key, value) {
        this.kept = JSON.parse(JSON.stringify(value));
        return Promise.resolve();
      },
    };
  }

  it('outlive the window', () => {
    const memory = makeMemory(undefined);
    const digests = new KnownDigests(memory);
    assert.equal(digests.note(digest('1'), digest('a')), true);
    assert.equal(digests.note(digest('1'), digest('a')), false);
    assert.equal(new KnownDigests(memory).get(digest('1')), digest('a'));
    assert.equal(new KnownDigests(makeMemory([['x', 7]])).get(digest('1')), undefined);
  });

  it('are forgotten, the oldest first, before there are too many', () => {
    const memory = makeMemory(undefined);
    const digests = new KnownDigests(memory);
    for (let number = 0; number < 1001; number++)
      digests.note(number.toString(16).padStart(64, '0'), digest('a'));
    assert.equal((memory.kept as unknown[]).length, 1000);
    assert.equal(digests.get('0'.repeat(64)), undefined);
  });
});
