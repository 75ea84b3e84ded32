import assert from 'node:assert/strict';
import { closeSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readLimited } from '../../../src/common/regularFile';
import { openStrictHandle, openStrictly, readStrictText } from '../../../src/common/strictFile';
import { inNewFolder, makePipe, skipOnWindows } from './strange';

describe('a file in a folder that a stranger may have prepared', { skip: skipOnWindows }, () => {
  const accesses = ['read', 'append', 'create'] as const;

  it('is never reached through a link, whatever it is opened for', () =>
    inNewFolder(async (folder) => {
      const target = join(folder, 'target');
      writeFileSync(target, 'mine');
      for (const aim of [target, join(folder, 'nowhere'), '/dev/zero', folder]) {
        const path = join(folder, `to-${aim.replaceAll('/', '-')}`);
        symlinkSync(aim, path);
        for (const access of accesses) {
          const expected = access === 'create' ? { code: 'EEXIST' } : { reason: 'linked-file' };
          assert.throws(() => openStrictly(path, access), expected, `${access} ${aim}`);
          await assert.rejects(openStrictHandle(path, access), expected, `${access} ${aim}`);
        }
        assert.throws(() => readStrictText(path, 100), { reason: 'linked-file' });
      }
      assert.equal(readFileSync(target, 'utf8'), 'mine');
    }));

  it('is not added to where another name leads to the same file', () =>
    inNewFolder((folder) => {
      const [target, path] = [join(folder, 'target'), join(folder, 'other')];
      writeFileSync(target, 'mine');
      linkSync(target, path);
      assert.throws(() => openStrictly(path, 'append'), { reason: 'linked-file' });
      assert.equal(readStrictText(path, 100), 'mine');
    }));

  it('is no pipe, device or folder, and is refused at once', () =>
    inNewFolder(async (folder) => {
      const pipe = makePipe(join(folder, 'pipe'));
      mkdirSync(join(folder, 'folder'));
      for (const path of [pipe, join(folder, 'folder'), '/dev/zero']) {
        const isRefused = { reason: 'not-a-file' };
        assert.throws(() => readStrictText(path, 100), isRefused, path);
        await assert.rejects(openStrictHandle(path, 'append'), isRefused, path);
        await assert.rejects(readLimited(path, 100), isRefused, path);
      }
    }));

  it('is read whole up to a limit, and belongs to its owner alone when it is made', () =>
    inNewFolder(async (folder) => {
      const path = join(folder, 'a');
      assert.equal(readStrictText(path, 100), undefined);
      closeSync(openStrictly(path, 'append'));
      assert.equal(statSync(path).mode & 0o777, 0o600);
      writeFileSync(path, 'x'.repeat(101));
      assert.throws(() => readStrictText(path, 100), { reason: 'too-large' });
      await assert.rejects(readLimited(path, 100), { reason: 'too-large' });
      assert.equal(readStrictText(path, 101), 'x'.repeat(101));
      assert.equal((await readLimited(path, 101)).length, 101);
    }));
});
