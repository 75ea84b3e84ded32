import * as z from 'zod';
import type { ResultOf } from '../../contract/declaration';
import { embed } from '../../contract/declarations/embed';
import { relocateRequest } from '../../jobs/runFolder/runPlaces';
import type { KnownRun } from './knownRun';

const requestSchema = z.looseObject({
  model: z.string(),
  keys: z.string(),
  out: z.string(),
  text: z.array(z.string()).optional(),
  resume: z.boolean(),
});

/** The request of an embedding, as far as the panel shows it. Paths are where the files are now, as seen from the run folder. */
export interface EmbedRun {
  readonly model: string;
  readonly keys: string;
  readonly out: string;
  /** What the model and the output were called when the run began: they gave the release its name. */
  readonly called: { readonly model: string; readonly out: string };
  /** Whether its present process resumed from a save. */
  readonly isResumed: boolean;
}

/** Undefined for any other kind of run. */
export function readEmbedRun({ job, folder }: Pick<KnownRun, 'job' | 'folder'>): EmbedRun | undefined {
  if (job.operation !== embed.name) return undefined;
  const called = requestSchema.safeParse(job.request).data;
  const request = requestSchema.safeParse(relocateRequest(job, folder)).data;
  if (!called || !request) return undefined;
  const { model, keys, out, resume } = request;
  return { model, keys, out, called: { model: called.model, out: called.out }, isResumed: resume };
}

/** The result that a finished embedding recorded in its journal. */
export type RecordedEmbedding = ResultOf<typeof embed>;

/** Undefined where the run has not finished, or a version that recorded something else finished it. */
export function readEmbedResult({
  result,
  state,
}: Pick<KnownRun, 'result' | 'state'>): RecordedEmbedding | undefined {
  return state === 'done' ? embed.result.safeParse(result).data : undefined;
}
