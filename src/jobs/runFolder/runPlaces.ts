import { existsSync } from 'node:fs';
import { dirname, join, posix, win32 } from 'node:path';
import * as z from 'zod';
import { hasTrait } from '../../contract/declarations';
import type { Job } from './jobFile';

/*
 * A job file names its model, key set and output by the absolute paths of the day on which it was written. The run
 * folder of an output is beside it, so where that is no longer so, the folder was moved or copied, and probably
 * what is around it too.
 */

const runEnding = '.run';
const path = z.string().max(4096);
/** The fields of a request that hold paths; `recipe` may also hold values. */
const placesSchema = z.looseObject({
  model: path,
  keys: path,
  out: path,
  recipe: z.unknown().optional(),
  text: z.array(path).max(1000).optional(),
});

/** The output of a run folder; undefined where its name is not that of one. */
function outputOf(runFolder: string): string | undefined {
  const name = runFolder.endsWith(runEnding) ? runFolder.slice(0, -runEnding.length) : '';
  return name === '' ? undefined : name;
}

/** Whether a run is no longer where its job file says, which only a run that makes a checkpoint can tell. */
export function isMoved({ operation, request }: Pick<Job, 'operation' | 'request'>, folder: string): boolean {
  const places = hasTrait(operation, 'makesCheckpoint') ? placesSchema.safeParse(request).data : undefined;
  return places !== undefined && `${places.out}${runEnding}` !== folder;
}

/**
 * The request of a run with the paths as they are now. Beside a run folder that was moved, each file is expected
 * where it was seen from there; the recorded place counts only if nothing is there. The output always belongs to
 * the folder beside it. What holds no such paths is returned as it is.
 */
export function relocateRequest(
  { operation, request }: Pick<Job, 'operation' | 'request'>,
  folder: string,
): unknown {
  if (!isMoved({ operation, request }, folder)) return request;
  const out = outputOf(folder);
  if (out === undefined) return request;
  const recorded = placesSchema.parse(request);
  const find = (old: string): string => findMoved(old, recorded.out, folder);
  return {
    ...recorded,
    model: find(recorded.model),
    keys: find(recorded.keys),
    out,
    ...(typeof recorded.recipe === 'string' && { recipe: find(recorded.recipe) }),
    ...(recorded.text && { text: recorded.text.map(find) }),
  };
}

function findMoved(old: string, oldOut: string, folder: string): string {
  const steps = stepsFrom(oldOut, old);
  if (steps === undefined) return old;
  const moved = join(dirname(folder), ...steps);
  return existsSync(moved) || !existsSync(old) ? moved : old;
}

/** The way from the folder of `from` to `to`, name by name; undefined between two disks. The paths may be another system's. */
function stepsFrom(from: string, to: string): string[] | undefined {
  const system = /^([a-z]:)?[\\/]{1,2}.*\\|^[a-z]:/i.test(from) ? win32 : posix;
  const way = system.relative(system.dirname(from), to);
  return system.isAbsolute(way) ? undefined : way.split(system.sep);
}
