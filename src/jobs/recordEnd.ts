import { existsSync } from 'node:fs';
import { UserError } from '../common/errors';
import type { ChildEnd } from './parent/childProcess';
import { explainDeath } from './parent/explainDeath';
import { jobPath, readJob } from './runFolder/jobFile';
import { appendJournal, readJournal, type News } from './runFolder/journal';
import { acquireLock, releaseLock } from './runFolder/lock';
import { makeRun } from './runs';

/**
 * Records the end of a run whose process died without a message. Leaves alone a run that recorded its own
 * end, is running again, or no longer exists.
 */
export async function recordDeath(runFolder: string, end: ChildEnd, retry: string): Promise<void> {
  await recordEnd(runFolder, () => {
    const { reason, message, next } = explainDeath(end, runFolder, retry);
    return [
      { type: 'error', reason, message, next },
      { type: 'ended', status: 'failed' },
    ];
  });
}

/** Records that a run was cancelled whose process had to be killed. */
export async function recordCancel(runFolder: string): Promise<void> {
  await recordEnd(runFolder, () => [{ type: 'ended', status: 'cancelled' }]);
}

async function recordEnd(runFolder: string, describe: () => News[]): Promise<void> {
  if (!existsSync(jobPath(runFolder))) return;
  try {
    acquireLock(runFolder);
  } catch (error) {
    if (error instanceof UserError && error.reason === 'already-running') return;
    throw error;
  }
  try {
    const run = makeRun(runFolder, await readJob(runFolder), await readJournal(runFolder), false);
    if (run.status === 'interrupted') for (const news of describe()) appendJournal(runFolder, news);
  } finally {
    releaseLock(runFolder);
  }
}
