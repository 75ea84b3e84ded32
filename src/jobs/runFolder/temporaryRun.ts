import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { makeTemporaryFolder, removeAbandonedFolders } from '../../common/temporaryFolder';
import { errorLogPath } from './jobFile';
import { findLiveOwner } from './lock';

const prefix = 'fingerprint-model-';
/** The details of an error are kept that long for whoever was told of them. */
const errorLogMs = 30 * 86_400_000;

/** Gives short work a run folder that is removed at the end, unless it holds the details of an error. */
export async function withTemporaryRun<Result>(
  work: (runFolder: string) => Promise<Result>,
): Promise<Result> {
  const runFolder = await makeTemporaryFolder(prefix);
  try {
    return await work(runFolder);
  } finally {
    if (!existsSync(errorLogPath(runFolder))) await rm(runFolder, { recursive: true, force: true });
  }
}

/** Removes the temporary run folders of processes that were killed. Never throws. */
export async function removeAbandonedRuns(): Promise<void> {
  await removeAbandonedFolders(prefix, isNeeded);
}

function isNeeded(runFolder: string, ageMs: number): boolean {
  if (findLiveOwner(runFolder) !== undefined) return true;
  return existsSync(errorLogPath(runFolder)) && ageMs < errorLogMs;
}
