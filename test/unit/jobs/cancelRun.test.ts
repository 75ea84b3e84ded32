import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { identifyProcess } from '../../../src/common/processIdentity';
import { cancelRun } from '../../../src/jobs/cancelRun';
import { readControl } from '../../../src/jobs/runFolder/control';
import { writeJob } from '../../../src/jobs/runFolder/jobFile';
import { acquireLock, findLiveOwner } from '../../../src/jobs/runFolder/lock';
import { readRun } from '../../../src/jobs/runs';
import { openWorkshop, type Workshop } from './workshop';
import { waitUntil } from '../../harness/waitUntil';

const impatient = { cancelMs: 200, terminateMs: 200 };
const noStartTimes =
  identifyProcess(process.pid).startedAt === undefined && 'this system does not tell start times';
const job = { version: 1, operation: 'embed', request: {}, createdAt: '2026-01-01T00:00:00.000Z' } as const;

describe('cancelling a run', () => {
  let workshop: Workshop;
  const victims: ChildProcess[] = [];
  before(() => {
    workshop = openWorkshop();
  });
  after(() => workshop.remove());
  afterEach(() => victims.splice(0).forEach((victim) => victim.kill('SIGKILL')));

  const makeFolder = async (): Promise<string> => {
    const folder = workshop.nextRunFolder();
    mkdirSync(folder);
    await writeJob(folder, job);
    return folder;
  };
  const writeLock = (folder: string, lock: object): void =>
    writeFileSync(join(folder, 'lock.json'), JSON.stringify(lock));
  /** A process of the user's that has nothing to do with a run. */
  const startVictim = (...args: string[]): ChildProcess => {
    const victim = spawn(process.execPath, args.length === 0 ? ['-e', 'setInterval(() => {}, 1000)'] : args);
    victims.push(victim);
    return victim;
  };
  const isUnhurt = ({ exitCode, signalCode }: ChildProcess): boolean =>
    exitCode === null && signalCode === null;

  it('ends no process that a lock merely names', { skip: noStartTimes }, async () => {
    const folder = await makeFolder();
    for (const claim of [{}, { startedAt: 'long ago' }, { startedAt: '' }]) {
      const victim = startVictim();
      writeLock(folder, { pid: victim.pid, ...claim });
      assert.equal(findLiveOwner(folder), undefined);
      await cancelRun(folder, impatient);
      assert.ok(isUnhurt(victim));
    }
    assert.equal(readControl(folder), undefined);
  });

  it('sends no signal even to a process whose start the lock knows', { skip: noStartTimes }, async () => {
    const folder = await makeFolder();
    const victim = startVictim();
    writeLock(folder, identifyProcess(victim.pid!));
    await assert.rejects(cancelRun(folder, impatient), { reason: 'still-running', next: /look at/ });
    assert.ok(isUnhurt(victim));
    assert.equal(readControl(folder), 'cancel');
  });

  it('sends no signal to the runner of another folder', { skip: noStartTimes }, async () => {
    const [folder, other] = [await makeFolder(), await makeFolder()];
    const script = join(workshop.folder, 'elsewhere');
    mkdirSync(script);
    copyFileSync(workshop.runnerPath, join(script, 'runner.cjs'));
    writeFileSync(join(script, 'runner.cjs'), 'setInterval(() => {}, 1000)');
    const victim = startVictim(join(script, 'runner.cjs'), other);
    writeLock(folder, identifyProcess(victim.pid!));
    await assert.rejects(cancelRun(folder, impatient), { reason: 'still-running' });
    assert.ok(isUnhurt(victim));
    // The runner of this folder is: nothing else differs.
    const own = startVictim(join(script, 'runner.cjs'), folder);
    writeLock(folder, identifyProcess(own.pid!));
    await waitUntil(() => findLiveOwner(folder) !== undefined);
    await cancelRun(folder, impatient);
    await waitUntil(() => own.signalCode === 'SIGTERM');
    assert.equal((await readRun(folder)).status, 'cancelled');
  });
});

describe('a lock', { skip: noStartTimes }, () => {
  let workshop: Workshop;
  before(() => {
    workshop = openWorkshop();
  });
  after(() => workshop.remove());

  it('of a process that never ends blocks a folder for a minute at most', () => {
    const folder = workshop.nextRunFolder();
    mkdirSync(folder);
    const lock = join(folder, 'lock.json');
    writeFileSync(lock, '{"pid":1}');
    assert.equal(findLiveOwner(folder), undefined);
    for (const date of [new Date(Date.now() - 61_000), new Date('2100-01-01')]) {
      writeFileSync(lock, JSON.stringify(identifyProcess(1)));
      utimesSync(lock, date, date);
      assert.equal(findLiveOwner(folder), undefined);
    }
    acquireLock(folder);
    assert.equal(findLiveOwner(folder)?.pid, process.pid);
  });

  it('of a dead process is no lock', () => {
    const folder = workshop.nextRunFolder();
    mkdirSync(folder);
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(folder, 'lock.json'), JSON.stringify({ pid, startedAt: '1' }));
    assert.equal(findLiveOwner(folder), undefined);
  });
});
