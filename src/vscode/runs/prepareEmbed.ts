import * as z from 'zod';
import { UserError } from '../../common/errors';
import type { Job } from '../../jobs/jobFile';
import { prepareRun, type RunPlan } from '../../jobs/prepareRun';
import type { RequestOf } from './runKinds';

const recordedSchema = z.looseObject({ keys: z.string(), out: z.string() });

/** The run folder of an embedding lies beside its output. */
export function runFolderOf(out: string): string {
  return `${out}.run`;
}

/** Decides how an embedding starts from what its run folder holds. @throws UserError as prepareRun. */
export async function prepareEmbed(runFolder: string, request: unknown, resume: boolean): Promise<RunPlan> {
  const asked = recordedSchema.parse(request);
  return prepareRun({ runFolder, operation: 'embed', request: asked, output: asked.out, resume });
}

/**
 * The request an embedding was started with; the operation parses the whole.
 * @throws UserError `not-resumable` when it is no embedding, `moved-run` when the folder does not lie beside its output.
 */
export function readEmbedRequest(job: Job, runFolder: string): RequestOf<'embed'> {
  const recorded = recordedSchema.safeParse(job.request);
  if (job.operation !== 'embed' || !recorded.success)
    throw new UserError(
      'not-resumable',
      `The run in ${runFolder} is no embedding, so there is nothing to go on from.`,
      'Start its command again.',
    );
  const { out } = recorded.data;
  if (runFolderOf(out) !== runFolder)
    throw new UserError(
      'moved-run',
      `${runFolder} was moved: its output is to be ${out}.`,
      `Move it back to ${runFolderOf(out)}.`,
    );
  return recorded.data as RequestOf<'embed'>;
}
