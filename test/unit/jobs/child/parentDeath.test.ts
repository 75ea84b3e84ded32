import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { writeJob } from '../../../../src/jobs/runFolder/jobFile';
import { findLiveOwner } from '../../../../src/jobs/runFolder/lock';
import { lookAtProcess } from '../../../../src/common/processIdentity';
import { readRun, requestControl } from '../../../../src/jobs/runs';
import { openWorkshop, type Workshop } from '../workshop';
import { waitUntil } from '../../../harness/waitUntil';

describe('a child whose parent is killed', () => {
  let workshop: Workshop;
  before(() => {
    workshop = openWorkshop();
  });
  after(() => workshop.remove());

  for (const recipe of ['endless', 'blocking'])
    it(`saves and ends (${recipe})`, async () => {
      const folder = workshop.nextRunFolder();
      const parent = spawn(process.execPath, [workshop.parentPath, workshop.runnerPath, folder, recipe]);
      await waitUntil(() => findLiveOwner(folder) !== undefined);
      await waitUntil(async () => (await readRun(folder)).lastProgress?.phase === 'training');
      const child = findLiveOwner(folder)!;
      parent.kill('SIGKILL');
      await waitUntil(() => lookAtProcess(child.pid) === undefined);
      const run = await readRun(folder);
      assert.equal(run.status, 'interrupted');
      assert.ok(run.isSaved && run.endedAt !== undefined);
    });

  it('continues when its job is detached', async () => {
    const folder = workshop.nextRunFolder();
    mkdirSync(folder);
    const request = { model: 'm', recipe: 'endless' };
    await writeJob(folder, {
      version: 1,
      operation: 'embed',
      request,
      createdAt: new Date().toISOString(),
      detached: true,
    });
    const child = spawn(process.execPath, [workshop.runnerPath, folder], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(child, 'message');
    child.send({ type: 'start', secrets: {} });
    await waitUntil(() => findLiveOwner(folder) !== undefined);
    child.disconnect();
    await waitUntil(async () => (await readRun(folder)).lastProgress?.phase === 'training');
    await requestControl(folder, 'stop');
    await once(child, 'exit');
    assert.equal((await readRun(folder)).status, 'done');
  });
});
