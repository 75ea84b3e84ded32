import { basename } from 'node:path';
import * as z from 'zod';
import { UserError } from '../common/errors';
import { hasTrait } from '../contract/declarations';
import type { embed } from '../contract/declarations/embed';
import type { RequestOf } from '../contract/declaration';
import type { Job } from './runFolder/jobFile';
import { relocateRequest } from './runFolder/runPlaces';
import { prepareRun, type RunPlan } from './prepareRun';

/*
 * The rules of runs that make a checkpoint: the run folder is beside the output, and a run that ended early
 * is resumed with the request that it was started with.
 */

/** The fields of a request that these rules read; the operation parses all of it. */
const recordedSchema = z.looseObject({ keys: z.string(), out: z.string() });

type CheckpointRequest = RequestOf<typeof embed>;

/** The run folder of an output. */
export function runFolderOf(out: string): string {
  return `${out}.run`;
}

/**
 * Decides how a run starts from the content of its run folder.
 * @param mayBeForeign whether the user has agreed to resume a run that this installation did not begin.
 * @throws UserError as prepareRun.
 */
export async function prepareCheckpointRun(
  operation: string,
  request: unknown,
  runFolder: string,
  resume: boolean,
  mayBeForeign = false,
): Promise<RunPlan> {
  const asked = recordedSchema.parse(request);
  return prepareRun({ runFolder, operation, request: asked, output: asked.out, resume, mayBeForeign });
}

/**
 * The request that a run was started with, with the paths as they are now.
 * @throws UserError `not-resumable` when the run makes no checkpoint, `moved-run` when the folder was renamed so
 * that no output belongs to it.
 */
export function readRecordedRequest(job: Job, runFolder: string): CheckpointRequest {
  const recorded = recordedSchema.safeParse(relocateRequest(job, runFolder));
  if (!hasTrait(job.operation, 'isResumable') || !recorded.success)
    throw new UserError(
      'not-resumable',
      `The run in ${runFolder} is not an embedding, so it cannot be resumed.`,
      'Run its command again.',
    );
  const { out } = recorded.data;
  if (runFolderOf(out) !== runFolder)
    throw new UserError(
      'moved-run',
      `The name of ${runFolder} does not end with ".run", so no output belongs to it.`,
      `Rename it to ${runFolderOf(basename(out))}.`,
    );
  return recorded.data as unknown as CheckpointRequest;
}
