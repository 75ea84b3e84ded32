import { lstat, mkdir, open, realpath, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../common/errors';
import { asDiskError, ignoreMissing } from '../common/files';
import { isInside } from './folderFiles';

/**
 * Makes a folder that appears complete or not at all: `fill` writes into a hidden folder beside it, which is
 * renamed at the end, or removed when anything goes wrong.
 * @throws UserError as {@link assertOutputFree}, `disk-full` or `not-writable`, and whatever `fill` throws.
 */
export async function writeFolderAtomic(
  out: string,
  source: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const target = resolve(out);
  await assertOutputFree(target, source);
  // The name is always the same, so the next run removes what a killed process left.
  const beside = join(dirname(target), `.${basename(target)}.partial`);
  try {
    await rm(beside, { recursive: true, force: true });
    await mkdir(beside);
    await fill(beside);
    await syncFolder(beside);
    await assertOutputFree(target, source);
    await rename(beside, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw asDiskError(error, target);
  }
}

/**
 * Checks that a new checkpoint can be made at `out`. Called before long work as well as by the writer itself.
 * @throws UserError `output-exists`, `no-such-folder` (the parent folder of `out`) or `output-inside-source`.
 */
export async function assertOutputFree(out: string, source: string): Promise<void> {
  const target = resolve(out);
  const existing = await lstat(target).catch(ignoreMissing);
  if (existing)
    throw new UserError(
      'output-exists',
      `${target} already exists and will not be overwritten.`,
      'Choose another output folder, or move this one away.',
    );
  const parent = await realpath(dirname(target)).catch(ignoreMissing);
  if (parent === undefined)
    throw new UserError(
      'no-such-folder',
      `There is no folder ${dirname(target)} to write ${basename(target)} into.`,
      'Create it first, or choose another output folder.',
    );
  if (isInside(await realpath(source), join(parent, basename(target))))
    throw new UserError(
      'output-inside-source',
      `${target} is inside the checkpoint it would be made from.`,
      'Choose an output folder beside the checkpoint.',
    );
}

/**
 * Checks that the disk of `out` has room for `neededBytes`.
 * @throws UserError `disk-full`.
 */
export async function assertRoomFor(neededBytes: number, out: string): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(dirname(resolve(out)));
  // Some network file systems do not report free space: they give 0 blocks.
  if (blocks > 0) assertEnoughSpace(neededBytes, bavail * bsize, resolve(out));
}

/** @throws UserError `disk-full` when fewer bytes are free than needed. */
export function assertEnoughSpace(neededBytes: number, freeBytes: number, out: string): void {
  if (freeBytes >= neededBytes) return;
  throw new UserError(
    'disk-full',
    `The disk does not have enough space for ${out}: ${formatGigabytes(neededBytes, Math.ceil)} GB are needed, ${formatGigabytes(freeBytes, Math.floor)} GB are free.`,
    'Nothing was written. Free some space or choose a folder on another disk.',
  );
}

/** Rounded to hundredths, in the direction that never hides a lack of space. */
function formatGigabytes(bytes: number, round: (value: number) => number): string {
  return (round(bytes / 1e7) / 100).toFixed(2);
}

/** Flushes a folder's list of names, where the system can do so. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
