import assert from 'node:assert/strict';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { logError } from '../../../../src/jobs/failure';
import { openErrorOutput, readErrorOutput } from '../../../../src/jobs/parent/errorOutput';
import { readControl, writeControl } from '../../../../src/jobs/runFolder/control';
import { readJob, writeJob } from '../../../../src/jobs/runFolder/jobFile';
import { appendJournal, readJournal } from '../../../../src/jobs/runFolder/journal';
import { JournalTail } from '../../../../src/jobs/runFolder/journalTail';
import { acquireLock, findLiveOwner } from '../../../../src/jobs/runFolder/lock';
import { openRunFolder } from '../../../../src/jobs/runFolder/openRunFolder';
import { discardRun, findRuns, readRun } from '../../../../src/jobs/runs';
import { inNewFolder, makePipe, skipOnWindows } from '../../common/strange';

const job = { version: 1, operation: 'embed', request: {}, createdAt: '2026-01-01T00:00:00.000Z' } as const;
const started = { type: 'started', operation: 'embed', pid: 1 } as const;

/** Every file that a run reads or writes. */
const runFiles = [
  'job.json',
  'journal.jsonl',
  'lock.json',
  'control.json',
  'stderr.log',
  'error.log',
  'state.json',
  'state-1.f32',
  'recipe.json',
  'probe.json',
  'inputs.json',
];

describe('a run folder from a stranger', { skip: skipOnWindows }, () => {
  const prepare = async (folder: string, name = 'a.run'): Promise<string> => {
    const run = join(folder, name);
    mkdirSync(run);
    await writeJob(run, job);
    return run;
  };

  for (const name of runFiles)
    it(`is refused when its ${name} is a link, and nothing is written through it`, () =>
      inNewFolder(async (folder) => {
        const [run, victim] = [await prepare(folder), join(folder, 'victim')];
        writeFileSync(victim, 'mine');
        rmSync(join(run, name), { force: true });
        symlinkSync(victim, join(run, name));
        await assert.rejects(readRun(run), { reason: 'linked-file' });
        await assert.rejects(openRunFolder(run, job), { reason: 'linked-file' });
        await assert.rejects(discardRun(run), { reason: 'not-a-run-folder' });
        assert.equal(readFileSync(victim, 'utf8'), 'mine');
        assert.deepEqual(readdirSync(folder).sort(), ['a.run', 'victim']);
      }));

  it('is refused when it is a link itself', () =>
    inNewFolder(async (folder) => {
      const link = join(folder, 'b.run');
      symlinkSync(await prepare(folder), link);
      await assert.rejects(readJob(link), { reason: 'linked-file' });
      await assert.rejects(openRunFolder(link, job), { reason: 'linked-file' });
    }));

  it('gives nothing and takes nothing through a link that appears while it is in use', () =>
    inNewFolder(async (folder) => {
      const [run, victim] = [await prepare(folder), join(folder, 'victim')];
      writeFileSync(victim, 'mine');
      const place = (name: string): void => symlinkSync(victim, join(run, name));
      place('journal.jsonl');
      assert.throws(() => appendJournal(run, started), { reason: 'linked-file' });
      await assert.rejects(readJournal(run), { reason: 'linked-file' });
      await assert.rejects(new JournalTail(run).readNews(), { reason: 'linked-file' });
      place('error.log');
      assert.equal(logError(join(run, 'error.log'), 'words'), false);
      place('control.json');
      assert.equal(readControl(run), undefined);
      await writeControl(run, 'cancel');
      place('lock.json');
      assert.equal(findLiveOwner(run), undefined);
      acquireLock(run);
      place('stderr.log');
      assert.equal(readErrorOutput(run), '');
      openErrorOutput(run);
      assert.equal(readFileSync(victim, 'utf8'), 'mine');
    }));

  it('is not written into by a second name of another file', () =>
    inNewFolder(async (folder) => {
      const [run, victim] = [await prepare(folder), join(folder, 'victim')];
      writeFileSync(victim, 'mine');
      for (const name of ['journal.jsonl', 'error.log', 'stderr.log']) linkSync(victim, join(run, name));
      assert.throws(() => appendJournal(run, started), { reason: 'linked-file' });
      assert.equal(logError(join(run, 'error.log'), 'words'), false);
      openErrorOutput(run);
      assert.equal(readFileSync(victim, 'utf8'), 'mine');
    }));

  it('hides no other run, whatever is wrong with it', () =>
    inNewFolder(async (folder) => {
      await prepare(folder, 'good.run');
      const bad = (name: string): string => {
        mkdirSync(join(folder, name));
        return join(folder, name);
      };
      mkdirSync(join(bad('a.run'), 'job.json'));
      makePipe(join(bad('b.run'), 'job.json'));
      symlinkSync('/dev/zero', join(bad('c.run'), 'job.json'));
      makePipe(join(await prepare(folder, 'd.run'), 'journal.jsonl'));
      symlinkSync('/dev/zero', join(await prepare(folder, 'e.run'), 'journal.jsonl'));
      mkdirSync(join(await prepare(folder, 'f.run'), 'journal.jsonl'));
      makePipe(join(await prepare(folder, 'g.run'), 'lock.json'));
      writeFileSync(join(bad('h.run'), 'job.json'), '{"version":1');
      writeFileSync(join(bad('i.run'), 'job.json'), '');
      truncateSync(join(folder, 'i.run', 'job.json'), 1e9);
      const { runs, unreadable } = await findRuns(folder);
      assert.deepEqual(
        runs.map((run) => run.folder),
        [join(folder, 'good.run')],
      );
      assert.deepEqual(
        unreadable,
        'abcdefghi'.split('').map((letter) => join(folder, `${letter}.run`)),
      );
    }));

  it('may hold a journal of any length, of which the end is read', () =>
    inNewFolder(async (folder) => {
      const run = await prepare(folder);
      truncateSync(writeEmpty(join(run, 'journal.jsonl')), 1e11);
      appendJournal(run, started);
      appendJournal(run, { type: 'ended', status: 'paused' });
      assert.equal((await readRun(run)).status, 'paused');
      const tail = await new JournalTail(run).readNews();
      assert.deepEqual(
        tail.map(({ type }) => type),
        ['started', 'ended'],
      );
    }));
});

describe('a run folder of our own', { skip: skipOnWindows }, () => {
  it('and its files belong to their owner alone, also where an older version let others in', () =>
    inNewFolder(async (folder) => {
      const run = join(folder, 'a.run');
      mkdirSync(run, { mode: 0o755 });
      await openRunFolder(run, job);
      appendJournal(run, started);
      acquireLock(run);
      await writeControl(run, 'pause');
      openErrorOutput(run);
      logError(join(run, 'error.log'), 'words');
      const modeOf = (path: string): number => statSync(path).mode & 0o777;
      assert.equal(modeOf(run), 0o700);
      for (const name of readdirSync(run)) assert.equal(modeOf(join(run, name)), 0o600, name);
    }));
});

function writeEmpty(path: string): string {
  writeFileSync(path, '');
  return path;
}
