import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile, writeFileAtomic } from '../../common/files';

const jobSchema = z.object({
  version: z.literal(1),
  operation: z.string().min(1).max(100),
  request: z.unknown(),
  createdAt: z.iso.datetime(),
  /** True when the run may outlive the process that started it; then only the journal carries its events. */
  detached: z.boolean().optional(),
  /** Threads that the run computes with: only the same number gives the same bytes when it is resumed. */
  threads: z.int().min(1).max(1024).optional(),
});

/** What a run was asked to do. Holds no secrets: those travel over the child's private channel. */
export type Job = z.infer<typeof jobSchema>;

/** The job file of a run folder; its presence is what makes a folder a run folder. */
export function jobPath(runFolder: string): string {
  return join(runFolder, 'job.json');
}

/** Where an operation keeps its saved state; only the operation writes and reads it. */
export function savedStatePath(runFolder: string): string {
  return join(runFolder, 'state.json');
}

/** Where the details of unexpected errors are written. */
export function errorLogPath(runFolder: string): string {
  return join(runFolder, 'error.log');
}

/** Where the standard error of a detached run goes. */
export function errorOutputPath(runFolder: string): string {
  return join(runFolder, 'stderr.log');
}

/** @throws UserError `not-found`, `broken-json` or `unexpected-content` when this is not one of our run folders. */
export async function readJob(runFolder: string): Promise<Job> {
  return readJsonFile(
    jobPath(runFolder),
    jobSchema,
    'Give a run folder; "fingerprint-model runs list" shows them.',
  );
}

/** Writes the job file of an existing run folder. */
export async function writeJob(runFolder: string, job: Job): Promise<void> {
  await writeFileAtomic(jobPath(runFolder), JSON.stringify(job, undefined, 2) + '\n');
}
