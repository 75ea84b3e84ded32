import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { systemErrorCode, UserError } from '../common/errors';
import { errorLogPath, jobPath, type Job } from './runFolder/jobFile';
import { refuseLiveOwner } from './runFolder/lock';
import { isOwnRun } from './runFolder/ownRun';
import { relocateRequest } from './runFolder/runPlaces';
import { readRunIdentity } from '../operations/copy/runInputs';
import { canContinue, discardRun, readMissingRecord, readRun, type Run } from './runs';

/** A user's request for a run whose folder is kept beside its output. */
interface RunAsked {
  readonly runFolder: string;
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** The folder or file that the run makes. */
  readonly output: string;
  readonly resume: boolean;
  /** Whether the user has agreed to resume a run that this installation does not remember. */
  readonly mayBeForeign?: boolean;
}

/** fresh: there is no earlier state. resume: there is a saved state. finished: done before, with the recorded result. */
export type RunPlan =
  { readonly mode: 'fresh' | 'resume' } | { readonly mode: 'finished'; readonly result: unknown };

/** How a resumed run may differ from its first request: only in where and how it is computed. */
const freeFields = new Set(['resume', 'device', 'precision', 'memoryBytes']);
/** Files that may have another name by now: a run that recorded their digests compares these when it is resumed. */
const namedByDigest = ['model', 'keys'];

/**
 * Decides how a run starts from what an earlier one left in its folder; leftovers without a saved state are
 * removed.
 * @throws UserError `already-running`, `not-a-run-folder`, `other-run` (resuming a different request),
 * `foreign-run` (resuming what this installation did not begin), `run-exists` (a saved state, but not asked to
 * resume), `output-exists` (finished before, but not asked to resume), or as readRun.
 */
export async function prepareRun(asked: RunAsked): Promise<RunPlan> {
  const { runFolder, output, resume } = asked;
  if (await isMissingOrEmpty(runFolder)) return { mode: 'fresh' };
  if (!existsSync(jobPath(runFolder))) throw notARunFolder(runFolder);
  refuseLiveOwner(runFolder);
  const run = await readRun(runFolder);
  const isFinished = run.status === 'done' && existsSync(output) && readMissingRecord(run) === undefined;
  if (isFinished && !resume) throw outputExists(output);
  if (isFinished || canContinue(run)) {
    if (!resume) throw runExists(run);
    if (!isSameRun(run, asked)) throw otherRun(run);
    if (asked.mayBeForeign !== true && !(await isOwnRun(runFolder))) throw foreignRun(asked);
    return isFinished ? { mode: 'finished', result: run.result } : { mode: 'resume' };
  }
  await discardRun(runFolder);
  return { mode: 'fresh' };
}

/** Removes a run folder that holds no information: no result, no saved state, no error log. Anything else stays. */
export async function removeUselessRun(runFolder: string): Promise<void> {
  if (!existsSync(jobPath(runFolder)) || existsSync(errorLogPath(runFolder))) return;
  const run = await readRun(runFolder);
  if (run.isSaved || run.status === 'done' || run.status === 'running') return;
  await discardRun(runFolder);
}

function isSameRun({ job, folder }: Run, asked: RunAsked): boolean {
  const free = readRunIdentity(folder) ? new Set([...freeFields, ...namedByDigest]) : freeFields;
  const wanted = comparable(asked.request, free);
  return (
    job.operation === asked.operation &&
    [job.request, relocateRequest(job, folder)].some((own) =>
      isDeepStrictEqual(comparable(own, free), wanted),
    )
  );
}

/** A request as JSON, without the fields that may differ between two parts of one run. */
function comparable(request: unknown, free: ReadonlySet<string>): unknown {
  return JSON.parse(
    JSON.stringify(request ?? null, (key, value: unknown) => (free.has(key) ? undefined : value)),
  );
}

async function isMissingOrEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return true;
    if (systemErrorCode(error) === 'ENOTDIR') throw notARunFolder(folder);
    throw error;
  }
}

function notARunFolder(runFolder: string): UserError {
  return new UserError(
    'not-a-run-folder',
    `${runFolder} is in the way: it should be the run folder of this output, but contains something else.`,
    'Move it away, or choose another output.',
  );
}

function outputExists(output: string): UserError {
  return new UserError(
    'output-exists',
    `${output} already exists; a finished run made it.`,
    'Choose another output, or move that folder away; --resume shows the recorded result.',
  );
}

function runExists(run: Run): UserError {
  return new UserError(
    'run-exists',
    `An earlier run in ${run.folder} is ${run.status} and has a saved state.`,
    `Add --resume to continue it, or remove it with "fingerprint-model runs discard ${run.folder}".`,
  );
}

function otherRun(run: Run): UserError {
  return new UserError(
    'other-run',
    `The run in ${run.folder} was started with another model, key set, recipe or text.`,
    `Repeat the command it was started with ("fingerprint-model runs resume ${run.folder}" does), or choose another output.`,
  );
}

/** Everything that the run would read and write is named: its folder may have been made to look harmless. */
function foreignRun({ runFolder, ...asked }: RunAsked): UserError {
  return new UserError(
    'foreign-run',
    `The run in ${runFolder} was not begun by this installation: ${sayWhatItDoes(asked)}.`,
    'Check each of these paths. If you trust the maker of the run folder, add --yes to resume it.',
  );
}

const path = z.string().max(4096);
const subjectSchema = z.looseObject({
  model: path,
  keys: path,
  out: path,
  recipe: path.optional().catch(undefined),
  text: z.array(path).max(1000).optional().catch(undefined),
});

/** "it marks M with the keys K by the recipe R, reads the text T, and writes O". */
export function sayWhatItDoes({ operation, request }: Pick<Job, 'operation' | 'request'>): string {
  const subject = subjectSchema.safeParse(request).data;
  if (!subject) return `it does "${operation}"`;
  const { model, keys, out, recipe, text = [] } = subject;
  const withRecipe = recipe === undefined ? '' : ` by the recipe ${recipe}`;
  const withText = text.length === 0 ? '' : `, reads the text ${text.join(', ')}`;
  return `it marks ${model} with the keys ${keys}${withRecipe}${withText}, and writes ${out}`;
}
