import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asDiskError } from '../../common/files';
import { errorLogPath } from './jobFile';

/** Gives short work a run folder that is removed at the end, unless it holds the details of an error. */
export async function withTemporaryRun<Result>(
  work: (runFolder: string) => Promise<Result>,
): Promise<Result> {
  const runFolder = await mkdtemp(join(tmpdir(), 'fingerprint-model-')).catch((error: unknown) => {
    throw asDiskError(error, tmpdir());
  });
  try {
    return await work(runFolder);
  } finally {
    if (!existsSync(errorLogPath(runFolder))) await rm(runFolder, { recursive: true, force: true });
  }
}
