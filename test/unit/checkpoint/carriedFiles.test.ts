import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertNeededCarried, listCarriedFiles } from '../../../src/checkpoint/carriedFiles';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { writeCheckpoint } from '../../../src/checkpoint/writer';
import { skipOnWindows } from '../common/strange';
import { inFolder, sampleModel, userError, withCopy } from './folders';

const secret = 'TOP-SECRET';

describe('links in a checkpoint folder', { skip: skipOnWindows }, () => {
  it('that lead out of it are never copied, whatever their name, and are named', () =>
    withCopy(sampleModel, async (dir, folder) => {
      await writeFile(join(folder, 'secret.txt'), secret);
      await mkdir(join(folder, 'snapshots'));
      const names = [
        'merges.txt',
        'vocab.json',
        'tokenizer.model',
        'added_tokens.json',
        'special_tokens_map.json',
        'generation_config.json',
        'README.md',
      ];
      for (const [i, name] of names.entries()) {
        await rm(join(dir, name), { force: true });
        await symlink(i % 2 === 0 ? join(folder, 'secret.txt') : '../secret.txt', join(dir, name));
      }
      await symlink('/dev/zero', join(dir, 'zero'));
      await symlink(join(folder, 'nowhere'), join(dir, 'dangling'));
      await symlink(folder, join(dir, 'up'));
      const source = await openCheckpoint(dir);
      const out = join(folder, 'out');
      const { notCarried, linksLeftOut } = await writeCheckpoint({ source, out, changed: new Map() });
      assert.deepEqual(linksLeftOut.sort(), [...names].sort());
      for (const name of names) assert.ok(notCarried.includes(name), name);
      const left = (await readdir(sampleModel)).filter((name) => !names.includes(name));
      assert.deepEqual((await readdir(out)).sort(), left.sort());
      for (const name of await readdir(out))
        assert.ok(!(await readFile(join(out, name), 'latin1')).includes(secret), name);
    }));

  it('that a copy needs are refused before any work, with what to do', () =>
    withCopy(sampleModel, async (dir, folder) => {
      for (const name of ['config.json', 'tokenizer.json']) {
        const own = await readFile(join(dir, name));
        await writeFile(join(folder, name), own);
        await rm(join(dir, name));
        await symlink(join(folder, name), join(dir, name));
        const source = await openCheckpoint(dir);
        const refusal = userError('linked-file', new RegExp(`/${name} is a link`), /Replace the link/);
        const files = await listCarriedFiles(source);
        assert.throws(() => assertNeededCarried(source, files), refusal);
        await assert.rejects(
          writeCheckpoint({ source, out: join(folder, 'out'), changed: new Map() }),
          refusal,
        );
        await rm(join(dir, name));
        await writeFile(join(dir, name), own);
      }
      assert.ok(!(await readdir(folder)).includes('out'));
    }));

  it('that give another name to a secret or to weights inside it are not copied either', () =>
    withCopy(sampleModel, async (dir) => {
      await writeFile(join(dir, 'my.fpkeys'), secret);
      await mkdir(join(dir, '.git'));
      await writeFile(join(dir, '.git', 'config'), secret);
      await writeFile(join(dir, 'notes.txt'), 'public');
      await symlink('my.fpkeys', join(dir, 'merges.txt'));
      await symlink('.git/config', join(dir, 'vocab.json'));
      await symlink('model.safetensors', join(dir, 'README.md'));
      await symlink('notes.txt', join(dir, 'LICENSE'));
      const { carried, linksLeftOut } = await listCarriedFiles(await openCheckpoint(dir));
      const names = carried.map(({ name }) => name);
      assert.deepEqual(
        ['merges.txt', 'vocab.json', 'README.md', 'LICENSE'].filter((name) => names.includes(name)),
        ['LICENSE'],
      );
      assert.deepEqual(linksLeftOut, []);
    }));

  it('into the blobs of the Hugging Face cache are copied, and into other folders of that name not', () =>
    inFolder(async (folder) => {
      for (const [place, isCache] of [
        ['snapshots', true],
        ['models', false],
      ] as const) {
        const root = join(folder, place);
        const [blobs, dir] = [join(root, 'blobs'), join(root, place, 'abc')];
        await mkdir(blobs, { recursive: true });
        await mkdir(dir, { recursive: true });
        for (const name of await readdir(sampleModel))
          await writeFile(join(dir, name), await readFile(join(sampleModel, name)));
        await writeFile(join(blobs, '0123'), 'merges');
        await symlink('../../blobs/0123', join(dir, 'merges.txt'));
        const { carried } = await listCarriedFiles(await openCheckpoint(dir));
        assert.equal(
          carried.some(({ name }) => name === 'merges.txt'),
          isCache,
        );
      }
    }));
});
