import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
  type WatchEventType,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { UserError } from '../../../../src/common/errors';
import { acquireLock, findLiveOwner, releaseLock } from '../../../../src/jobs/runFolder/lock';
import { identifyProcess } from '../../../../src/common/processIdentity';

describe('the lock of a run folder', () => {
  let folder: string;
  let lockFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fingerprint-test-'));
    lockFile = join(folder, 'lock.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const assertMine = (): void => {
    assert.equal(findLiveOwner(folder)?.pid, process.pid);
    assert.deepEqual(readdirSync(folder), ['lock.json']);
  };

  it('is refused while its owner lives', () => {
    const owner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600000)']);
    try {
      writeFileSync(lockFile, JSON.stringify(identifyProcess(owner.pid!)));
      assert.throws(
        () => acquireLock(folder),
        (error) => error instanceof UserError && error.reason === 'already-running',
      );
      assert.equal(findLiveOwner(folder)?.pid, owner.pid);
    } finally {
      owner.kill('SIGKILL');
    }
  });

  it('is taken over from a dead owner', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(lockFile, JSON.stringify({ pid }));
    acquireLock(folder);
    assertMine();
  });

  it(
    'is taken over when its owner is dead and the number belongs to another process now',
    { skip: identifyProcess(process.pid).startedAt === undefined && 'this system does not tell start times' },
    () => {
      writeFileSync(lockFile, JSON.stringify({ pid: process.ppid, startedAt: 'long ago' }));
      acquireLock(folder);
      assertMine();
    },
  );

  it('is taken over when its writing was interrupted', () => {
    writeFileSync(lockFile, '{"pi');
    acquireLock(folder);
    assertMine();
  });

  it('is taken over by one process only, and a takeover that died is cleared', () => {
    const claim = `${lockFile}.takeover`;
    writeFileSync(lockFile, '{');
    writeFileSync(claim, '');
    assert.throws(() => acquireLock(folder), UserError);
    assert.equal(readFileSync(lockFile, 'utf8'), '{');
    utimesSync(claim, new Date(0), new Date(0));
    acquireLock(folder);
    assertMine();
  });

  it(
    'is complete from the moment it appears',
    { skip: process.platform !== 'linux' && 'other systems do not tell a new file from a changed one' },
    async () => {
      const events: WatchEventType[] = [];
      const watcher = watch(folder);
      const seen = new Promise<void>((resolve) =>
        watcher.on('change', (type: WatchEventType, name) => {
          if (name === 'lock.json') events.push(type);
          if (name === 'last') resolve();
        }),
      );
      acquireLock(folder);
      writeFileSync(join(folder, 'last'), '');
      await seen;
      watcher.close();
      assert.deepEqual(events, ['rename']);
    },
  );

  it('is released by its owner only', () => {
    acquireLock(folder);
    releaseLock(folder);
    assert.deepEqual(readdirSync(folder), []);
    writeFileSync(lockFile, JSON.stringify({ pid: process.ppid }));
    releaseLock(folder);
    assert.deepEqual(readdirSync(folder), ['lock.json']);
  });
});
