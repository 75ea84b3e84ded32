import * as z from 'zod';
import type { KnownRun } from './knownRun';

const resultSchema = z.looseObject({ report: z.array(z.string().max(4096)).max(10) });

/** The report file (JSON) that a finished verification or measurement wrote; undefined for any other run. */
export function reportOf({ result, state }: KnownRun): string | undefined {
  if (state !== 'done') return undefined;
  return resultSchema.safeParse(result).data?.report.find((path) => path.endsWith('.fpreport.json'));
}
