import { existsSync, type Dirent } from 'node:fs';
import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../common/errors';
import { asDiskError } from '../common/files';
import { embedOutcomeSchema } from '../contract/declarations/embed';
import { advanceProgress, type Progress } from '../contract/events';
import { writeControl, type ControlRequest } from './runFolder/control';
import { jobPath, readJob, savedStatePath, type Job } from './runFolder/jobFile';
import { isEvent, readJournal, type JournalLine } from './runFolder/journal';
import { acquireLock, findLiveOwner } from './runFolder/lock';
import type { Failure } from './messages';

/** interrupted: its process (or its parent's) died before it could end the run. */
type RunStatus = 'running' | 'paused' | 'cancelled' | 'failed' | 'done' | 'interrupted';

/** Everything that the files of a run folder say about a run. */
export interface Run {
  readonly folder: string;
  readonly job: Job;
  readonly status: RunStatus;
  /** Whether the operation can continue from a saved state. */
  readonly isSaved: boolean;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly lastProgress?: Progress;
  readonly result?: unknown;
  readonly failure?: Failure;
}

const foldersToSkip = new Set(['node_modules', '.git']);
const deepestLevel = 2;
/** A search visits at most so many folders, however large the place is. */
const mostFolders = 20_000;

/** @throws UserError as readJob and readJournal. */
export async function readRun(folder: string): Promise<Run> {
  const job = await readJob(folder);
  // The lock is read first: a run that ends in between has then already recorded how it ended.
  const isLive = findLiveOwner(folder) !== undefined;
  const journal = await readJournal(folder);
  return makeRun(folder, job, journal, isLive);
}

/** Why a finished run could not add its release to the key file, which resuming it does; undefined where it could. */
export function readMissingRecord({ status, result }: Pick<Run, 'status' | 'result'>): string | undefined {
  return status === 'done' ? embedOutcomeSchema.safeParse(result).data?.recordMissing : undefined;
}

/** Whether a run ended with work left to do, and has the saved state to do it from. */
export function canContinue(run: Pick<Run, 'isSaved' | 'status' | 'result'>): boolean {
  return (
    run.isSaved && run.status !== 'running' && (run.status !== 'done' || readMissingRecord(run) !== undefined)
  );
}

/** A run from its job and the lines of its journal. */
export function makeRun(folder: string, job: Job, journal: readonly JournalLine[], isLive: boolean): Run {
  const lastStart = journal.findLastIndex(({ type }) => type === 'started');
  const news = summarise(journal.slice(Math.max(lastStart, 0)));
  const status = isLive ? 'running' : news.status;
  return { folder, job, isSaved: existsSync(savedStatePath(folder)), ...news, status };
}

function summarise(lines: readonly JournalLine[]): Omit<Run, 'folder' | 'job' | 'isSaved'> {
  const summary: { -readonly [Key in keyof Run]?: Run[Key] } & { status: RunStatus } = {
    status: 'interrupted',
  };
  for (const line of lines) {
    if (line.type === 'started') summary.startedAt = line.time;
    else if (line.type === 'result') summary.result = line.result;
    else if (line.type === 'error')
      summary.failure = { reason: line.reason, message: line.message, next: line.next };
    else if (line.type === 'ended') {
      summary.status = line.status;
      summary.endedAt = line.time;
    } else if (isEvent(line)) {
      const progress = advanceProgress(summary.lastProgress, line);
      if (progress) summary.lastProgress = progress;
    }
  }
  return summary;
}

/**
 * The runs whose `*.run` folders are in a folder or up to two levels below it, and the `*.run` folders that
 * cannot be read, for whatever reason (readRun says it): one of them never hides another. Links are not
 * followed.
 * @throws UserError `not-a-folder`.
 */
export async function findRuns(root: string): Promise<{ runs: Run[]; unreadable: string[] }> {
  const runs: Run[] = [];
  const unreadable: string[] = [];
  for (const folder of await findRunFolders(resolve(root))) {
    try {
      runs.push(await readRun(folder));
    } catch {
      unreadable.push(folder);
    }
  }
  return { runs, unreadable };
}

/**
 * The `*.run` folders with a job file in a folder or up to two levels below it.
 * @throws UserError `not-a-folder`.
 */
export async function findRunFolders(root: string): Promise<string[]> {
  if (!(await stat(root).catch(() => undefined))?.isDirectory())
    throw new UserError('not-a-folder', `There is no folder ${root}.`, 'Give a folder that contains runs.');
  const found: string[] = [];
  let visited = 0;
  const visit = async (folder: string, level: number): Promise<void> => {
    if (++visited > mostFolders) return;
    if (basename(folder).endsWith('.run') && existsSync(jobPath(folder))) found.push(folder);
    else if (level <= deepestLevel)
      for (const name of await listFolders(folder)) await visit(join(folder, name), level + 1);
  };
  await visit(root, 0);
  return found;
}

async function listFolders(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isDirectory() && !foldersToSkip.has(entry.name))
    .map(({ name }) => name)
    .sort();
}

/**
 * Asks a running process to pause, stop (end now and keep the result so far) or cancel its run.
 * @throws UserError `not-running` when no process works in the run folder, or as readRun.
 */
export async function requestControl(folder: string, request: ControlRequest): Promise<void> {
  const run = await readRun(folder);
  if (run.status !== 'running')
    throw new UserError(
      'not-running',
      `The run in ${folder} is not running: it is ${run.status}.`,
      run.status === 'done'
        ? 'Nothing needs to be done.'
        : 'Use "runs resume" to continue it or "runs discard" to remove it.',
    );
  await writeControl(folder, request);
}

/**
 * Removes a run folder with its journal and saved state; the output beside it stays.
 * @throws UserError `not-a-run-folder` for any other folder, `already-running` while a process works in it.
 */
export async function discardRun(folder: string): Promise<void> {
  await refuseForeignFolder(folder);
  acquireLock(folder);
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw asDiskError(error, folder);
  }
}

async function refuseForeignFolder(folder: string): Promise<void> {
  const stats = await lstat(folder).catch(() => undefined);
  const isOurs =
    stats?.isDirectory() === true && (await readJob(folder).catch(() => undefined)) !== undefined;
  if (!isOurs)
    throw new UserError(
      'not-a-run-folder',
      `${folder} is not a run folder, so it was left as it is.`,
      'Give a run folder; "fingerprint-model runs list" shows them.',
    );
}
