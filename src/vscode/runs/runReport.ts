import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as z from 'zod';
import type { FoundReport } from '../index/found';
import type { KnownRun } from './knownRun';

const resultSchema = z.looseObject({ report: z.array(z.string().max(4096)).max(10) });

/** The report file (JSON) that a finished verification or measurement wrote; undefined for any other run. */
export function reportOf({ result, state }: KnownRun): string | undefined {
  if (state !== 'done') return undefined;
  return resultSchema.safeParse(result).data?.report.find((path) => path.endsWith('.fpreport.json'));
}

/** Where a report is by now. The name of its folder holds the time to the second, so it is known by that. */
export function locateReport(recorded: string, reports: readonly Pick<FoundReport, 'path'>[]): string {
  if (existsSync(recorded)) return recorded;
  const nameOf = (path: string): string => `${basename(dirname(path))}/${basename(path)}`;
  return reports.find(({ path }) => nameOf(path) === nameOf(recorded))?.path ?? recorded;
}
