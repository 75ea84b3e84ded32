import { join } from 'node:path';
import * as z from 'zod';
import { parseJson, writeFileAtomic } from '../../common/files';
import { UserError } from '../../common/errors';
import { rememberMade } from '../../common/installation';
import { readStrictText } from '../../common/strictFile';
import { refuseStrangeFolder } from './plainFolder';

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

/** Only the owner may read what a run writes: it shows that a model was marked, and how. */
export const privateFile = 0o600;
export const privateFolder = 0o700;

const mostJobBytes = 4_000_000;
const giveRunFolder = 'Give a run folder; "fingerprint-model runs list" shows them.';

/**
 * Reads what a run was asked to do. The folder may come from a stranger: it must hold no link.
 * @throws UserError `not-found`, `broken-json`, `unexpected-content` or `too-large` when this is not one of
 * our run folders, and as refuseStrangeFolder.
 */
export function readJob(runFolder: string): Promise<Job> {
  return Promise.resolve(runFolder).then(readJobNow);
}

function readJobNow(runFolder: string): Job {
  refuseStrangeFolder(runFolder);
  return parseJson(readJobText(runFolder), jobSchema, jobPath(runFolder), giveRunFolder);
}

/** @throws UserError as readJob. */
export function readJobText(runFolder: string): string {
  const text = readStrictText(jobPath(runFolder), mostJobBytes);
  if (text !== undefined) return text;
  throw new UserError('not-found', `There is no file ${jobPath(runFolder)}.`, giveRunFolder);
}

/** Writes the job file of an existing run folder, which makes the run one of this installation. */
export async function writeJob(runFolder: string, job: Job): Promise<void> {
  const text = JSON.stringify(job, undefined, 2) + '\n';
  await writeFileAtomic(jobPath(runFolder), text, privateFile);
  rememberMade('run', text);
}
