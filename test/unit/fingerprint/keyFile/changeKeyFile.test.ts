import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { lockBeside } from '../../../../src/common/fileLock';
import { bindRelease } from '../../../../src/fingerprint/commitment';
import { assertChangeable, changeKeyFile } from '../../../../src/fingerprint/keyFile/changeKeyFile';
import { encryptKeySet, readKeyFile, writeKeyFile } from '../../../../src/fingerprint/keyFile/keyFile';
import { markSpent, type KeySet } from '../../../../src/fingerprint/keySet';
import { createKeySet } from '../../../../src/fingerprint/drawing/keySetDrawing';
import { skipOnWindows } from '../../common/strange';
import { createRequest, silentWatch } from '../fakes';

const passphrase = 'correct horse battery';
const cheapCost = { N: 16, r: 1, p: 1 };

const occasion = { at: '2026-03-01T00:00:00.000Z', why: 'a test' };

let folder = '';
let path = '';
let keySet: KeySet;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'change-key-file-'));
  keySet = await createKeySet(createRequest(), silentWatch);
});
after(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  path = join(folder, 'a.fpkeys');
  await writeFile(path, await encryptKeySet(keySet, passphrase, cheapCost));
});

const bind = (digit: string) => (known: KeySet) =>
  bindRelease(known, digit.repeat(64), '2026-03-01T00:00:00.000Z');

describe('changing a key file', () => {
  it('loses no change of two at once', async () => {
    await Promise.all(['a', 'b'].map((digit) => changeKeyFile(path, { passphrase, change: bind(digit) })));
    const { releases } = await readKeyFile(path, passphrase);
    assert.deepEqual(releases.map(({ markedDigest }) => markedDigest[0]).sort(), ['a', 'b']);
    assert.deepEqual(await readdir(folder), ['a.fpkeys']);
  });

  it('keeps a new passphrase that was set meanwhile, and says that the old one is wrong', async () => {
    const newPassphrase = 'another long one';
    const [changed, bound] = await Promise.allSettled([
      changeKeyFile(path, { passphrase, newPassphrase, change: (known) => known }),
      changeKeyFile(path, { passphrase, change: bind('a') }),
    ]);
    assert.equal(changed.status, 'fulfilled');
    const { releases } = await readKeyFile(path, newPassphrase);
    // Whoever came second saw what the first one had done.
    if (bound.status === 'fulfilled') assert.equal(releases.length, 1);
    else {
      assert.equal((bound.reason as { reason: string }).reason, 'wrong-passphrase');
      assert.equal(releases.length, 0);
    }
  });

  it('begins again when something that knows no lock replaced the file', async () => {
    let tries = 0;
    const spent = await encryptKeySet(markSpent(keySet, [1], occasion), passphrase, cheapCost);
    const { writeFileSync } = await import('node:fs');
    await changeKeyFile(path, {
      passphrase,
      change: (known) => {
        if (++tries === 1) writeFileSync(path, spent);
        return bind('c')(known);
      },
    });
    assert.equal(tries, 2);
    const { releases, keys } = await readKeyFile(path, passphrase);
    assert.deepEqual([releases.length, keys[1]?.spent], [1, true]);
  });

  it('changes the file that a link leads to, and leaves the link', { skip: skipOnWindows }, async () => {
    const link = join(folder, 'link');
    await mkdir(link);
    await symlink('../a.fpkeys', join(link, 'l.fpkeys'));
    await changeKeyFile(join(link, 'l.fpkeys'), { passphrase, change: bind('d') });
    assert.ok((await lstat(join(link, 'l.fpkeys'))).isSymbolicLink());
    assert.equal((await readKeyFile(path, passphrase)).releases.length, 1);
    assert.deepEqual(await readdir(link), ['l.fpkeys']);
    await rm(link, { recursive: true });
  });

  it('waits for another process only so long', async () => {
    await writeFile(lockBeside(path), '{"host":"another computer","pid":1}');
    const before = await readFile(path);
    await assert.rejects(changeKeyFile(path, { passphrase, change: bind('e'), patienceMs: 100 }), {
      reason: 'busy-key-file',
    });
    assert.deepEqual(await readFile(path), before);
    await rm(lockBeside(path));
  });

  it(
    'that cannot be written is known before any work',
    { skip: skipOnWindows || (process.seteuid === undefined && 'this system has no such users') },
    async () => {
      const readOnly = join(folder, 'read-only');
      await mkdir(readOnly);
      await writeFile(join(readOnly, 'k.fpkeys'), await readFile(path), { mode: 0o644 });
      await chmod(folder, 0o755);
      await chmod(readOnly, 0o555);
      const isRoot = process.geteuid?.() === 0;
      // For root nothing is read-only.
      if (isRoot) process.seteuid!(65_534);
      try {
        await assert.rejects(assertChangeable(join(readOnly, 'k.fpkeys')), {
          reason: 'not-writable',
          message: /k\.fpkeys cannot be written/,
        });
      } finally {
        if (isRoot) process.seteuid!(0);
        await chmod(readOnly, 0o755);
        await rm(readOnly, { recursive: true });
      }
    },
  );

  it('needs a strong passphrase, and a file that is there', async () => {
    await assert.rejects(changeKeyFile(path, { passphrase, newPassphrase: 'short', change: (k) => k }), {
      reason: 'weak-passphrase',
    });
    await assert.rejects(changeKeyFile(join(folder, 'none.fpkeys'), { passphrase, change: (k) => k }), {
      reason: 'not-found',
    });
    assert.deepEqual(await readdir(folder), ['a.fpkeys']);
  });
});

describe('a new key file', () => {
  it('is written by one of two at once, and the other is refused', async () => {
    const out = join(folder, 'new.fpkeys');
    const ends = await Promise.allSettled([
      writeKeyFile(out, keySet, passphrase),
      writeKeyFile(out, markSpent(keySet, [0], occasion), passphrase),
    ]);
    assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const failed = ends.find((end) => end.status === 'rejected');
    assert.equal((failed?.reason as { reason?: string }).reason, 'file-exists');
    await readKeyFile(out, passphrase);
  });
});
