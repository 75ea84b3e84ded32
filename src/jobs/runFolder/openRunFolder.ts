import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode, UserError } from '../../common/errors';
import { asDiskError } from '../../common/files';
import { clearControl } from './control';
import { privateFolder, writeJob, type Job } from './jobFile';
import { refuseLiveOwner } from './lock';
import { refuseStrangeFolder } from './plainFolder';

/**
 * Makes the run folder if it is missing, for its owner alone, and writes the job of its next process. Requests
 * meant for an earlier process are removed.
 * @throws UserError `already-running`, `no-such-folder`, `disk-full`, `not-writable`, or as
 * refuseStrangeFolder.
 */
export async function openRunFolder(
  runFolder: string,
  job: Omit<Job, 'version' | 'createdAt'>,
): Promise<void> {
  await createFolder(runFolder);
  refuseStrangeFolder(runFolder);
  // Made by an older version, which let others read it. Some disks keep no permissions.
  await chmod(runFolder, privateFolder).catch(() => undefined);
  refuseLiveOwner(runFolder);
  clearControl(runFolder);
  await writeJob(runFolder, { version: 1, ...job, createdAt: new Date().toISOString() });
}

async function createFolder(runFolder: string): Promise<void> {
  try {
    await mkdir(runFolder, { mode: privateFolder });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw asDiskError(error, runFolder);
    throw new UserError(
      'no-such-folder',
      `There is no folder ${dirname(runFolder)} to write into.`,
      'Create it first, or choose another output.',
      { cause: error },
    );
  }
}
