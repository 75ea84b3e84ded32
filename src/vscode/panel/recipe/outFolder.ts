import { constants, type StatsFs } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isInside } from '../../../checkpoint/folderFiles';
import { exists } from '../../../common/files';
import { findNameFault } from '../../../protocol/portableName';
import { runFolderOf } from '../../../jobs/checkpointRun';

const mostTried = 999;

/** The folder for a typed name: beside the model, or anywhere for an absolute path. */
export function resolveOut(model: string, typed: string): string {
  return isAbsolute(typed) ? resolve(typed) : resolve(dirname(model), typed);
}

/** A free name beside the model: "aurora-r4". */
export async function proposeOut(model: string): Promise<string> {
  const name = basename(model);
  for (let number = 1; number < mostTried; number++) {
    const proposed = `${name}-r${number}`;
    const folder = join(dirname(model), proposed);
    if (!(await exists(folder)) && !(await exists(runFolderOf(folder)))) return proposed;
  }
  return `${name}-marked`;
}

/** What is wrong with an output, in one sentence; undefined when it can be made. */
export async function findOutProblem(model: string, typed: string): Promise<string | undefined> {
  if (typed.trim() === '') return 'Give the name of a new folder.';
  const out = resolveOut(model, typed);
  const fault = findNameFault(basename(out));
  if (fault !== undefined) return fault;
  if (isInside(model, out)) return 'This is inside the folder of the model it is made from.';
  if (await exists(out)) return 'This folder exists and will not be overwritten.';
  if (await exists(runFolderOf(out)))
    return 'An earlier run writes to this folder: resume or discard it, or choose another name.';
  return findParentProblem(dirname(out));
}

async function findParentProblem(parent: string): Promise<string | undefined> {
  const found = await stat(parent).catch(() => undefined);
  if (found?.isDirectory() !== true) return `There is no folder ${parent} to write into.`;
  const isWritable = await access(parent, constants.W_OK).then(
    () => true,
    () => false,
  );
  // What the system only shows as a file system, such as /proc, has no space at all.
  const isOnDisk = (await readSpace(parent))?.blocks !== 0;
  return isWritable && isOnDisk ? undefined : `Nothing can be written into ${parent}.`;
}

/** Free bytes where a folder is to be made: of the nearest folder above it that exists. */
export async function readFreeDisk(folder: string): Promise<number> {
  const found = await readSpace(folder);
  if (found) return found.bavail * found.bsize;
  const above = dirname(folder);
  return above === folder ? 0 : readFreeDisk(above);
}

function readSpace(folder: string): Promise<StatsFs | undefined> {
  return statfs(folder).catch(() => undefined);
}
