import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isInside } from '../../../checkpoint/folderFiles';
import { exists } from '../../../common/files';
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
  if (isInside(model, out)) return 'This is inside the folder of the model it is made from.';
  if (await exists(out)) return 'This folder exists and will not be overwritten.';
  if (await exists(runFolderOf(out)))
    return 'An earlier run writes to this folder: resume or discard it, or choose another name.';
  const parent = await stat(dirname(out)).catch(() => undefined);
  return parent?.isDirectory() === true ? undefined : `There is no folder ${dirname(out)} to write into.`;
}
