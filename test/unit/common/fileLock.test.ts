import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { lockBeside, withFileLock } from '../../../src/common/fileLock';
import { identifyProcess } from '../../../src/common/processIdentity';
import { inNewFolder } from './strange';

const patient = { patienceMs: 20_000, onBusy: () => new Error('busy') };
const impatient = { ...patient, patienceMs: 100 };

describe('the lock beside a file', () => {
  it('lets one work at a time', () =>
    inNewFolder(async (folder) => {
      const path = join(folder, 'a');
      let inside = 0;
      const most: number[] = [];
      const work = async (): Promise<void> => {
        most.push(++inside);
        await sleep(5);
        inside--;
      };
      await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, patient, work)));
      assert.deepEqual(
        most,
        Array.from({ length: 8 }, () => 1),
      );
      assert.deepEqual(readdirSync(folder), []);
    }));

  it('is released when the work fails', () =>
    inNewFolder(async (folder) => {
      const path = join(folder, 'a');
      await assert.rejects(
        withFileLock(path, patient, () => Promise.reject(new Error('failed'))),
        /failed/,
      );
      assert.equal(existsSync(lockBeside(path)), false);
    }));

  it('is waited for only so long while its owner lives', () =>
    inNewFolder(async (folder) => {
      const path = join(folder, 'a');
      const owner = { host: hostname(), ...identifyProcess(process.pid) };
      for (const text of [JSON.stringify(owner), '{"host":"another computer","pid":1}', '{']) {
        writeFileSync(lockBeside(path), text);
        await assert.rejects(
          withFileLock(path, impatient, () => Promise.resolve()),
          /busy/,
        );
      }
    }));

  it('is taken over from the dead, and when it is old', () =>
    inNewFolder(async (folder) => {
      const path = join(folder, 'a');
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      writeFileSync(lockBeside(path), JSON.stringify({ host: hostname(), pid }));
      assert.equal(await withFileLock(path, impatient, () => Promise.resolve(1)), 1);
      for (const date of [new Date(0), new Date('2100-01-01')]) {
        writeFileSync(lockBeside(path), '{"host":"another computer","pid":1}');
        utimesSync(lockBeside(path), date, date);
        assert.equal(await withFileLock(path, impatient, () => Promise.resolve(2)), 2);
      }
      assert.deepEqual(readdirSync(folder), []);
    }));

  it('fails in time where something else has its name', () =>
    inNewFolder(async (folder) => {
      const path = join(folder, 'a');
      mkdirSync(lockBeside(path));
      utimesSync(lockBeside(path), new Date(0), new Date(0));
      await assert.rejects(
        withFileLock(path, impatient, () => Promise.resolve()),
        /busy/,
      );
    }));
});
