import * as z from 'zod';
import type { ResultOf } from '../../contract/declaration';
import { embed } from '../../contract/declarations/embed';
import type { KnownRun } from './knownRun';

const requestSchema = z.looseObject({
  model: z.string(),
  keys: z.string(),
  out: z.string(),
  text: z.array(z.string()).optional(),
  resume: z.boolean(),
});

/** The request of an embedding, as far as the panel shows it. */
export interface EmbedRun {
  readonly model: string;
  readonly keys: string;
  readonly out: string;
  /** Whether its present process resumed from a save. */
  readonly isResumed: boolean;
}

/** Undefined for any other kind of run. */
export function readEmbedRun({ job }: Pick<KnownRun, 'job'>): EmbedRun | undefined {
  const request = job.operation === embed.name ? requestSchema.safeParse(job.request).data : undefined;
  return request && { model: request.model, keys: request.keys, out: request.out, isResumed: request.resume };
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
