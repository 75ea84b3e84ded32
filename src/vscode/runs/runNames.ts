import { basename } from 'node:path';
import * as z from 'zod';
import { phases } from '../../contract/phases';
import { sayPhase } from '../../words/phases';
import { shortWordsOf } from '../../common/reasons';
import { findDeclaration } from '../../contract/declarations';
import { readMissingRecord } from '../../jobs/runs';
import { formatDuration, formatRough } from '../../words/figures';
import { notReadyWords } from '../../reports/words/notReady';
import { formatCount, formatPercent } from '../../words/numbers';
import { readEmbedRun, type EmbedRun } from './embedRun';
import { findFallenShort } from './fallenShort';
import type { KnownRun } from './knownRun';
import { secondsLeft, shareOf, workedSeconds } from './runTime';

const subjectSchema = z.looseObject({
  model: z.string().optional(),
  out: z.string().optional(),
});

/** The short name of a release: "r4" of "aurora-r4" made from "aurora"; any other name is its own short name. */
export function nameRelease(base: string, out: string): string {
  const prefix = `${basename(base)}-`;
  const name = basename(out);
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name;
}

/** The same of an embedding, whatever model and output are called by now. */
export function nameReleaseOf({ model, out, called }: Pick<EmbedRun, 'model' | 'out' | 'called'>): string {
  const now = nameRelease(model, out);
  return now === basename(out) ? nameRelease(called.model, out) : now;
}

/** What is done to what: "Mark aurora → r4", "Verify aurora-r4". */
export function nameRun({ job, folder }: Pick<KnownRun, 'job' | 'folder'>): string {
  const { model, out } = subjectSchema.safeParse(job.request).data ?? {};
  const { verb, title } = findDeclaration(job.operation) ?? { verb: undefined, title: job.operation };
  const work = verb ?? title.charAt(0).toUpperCase() + title.slice(1);
  const embed = readEmbedRun({ job, folder });
  if (embed) return `${work} ${basename(embed.model)} → ${nameReleaseOf(embed)}`;
  if (out !== undefined) return `${work} ${basename(out, '.fpkeys')}`;
  return `${work} ${basename(model ?? folder)}`;
}

/** A run's phase and share in a few words: "verifying, 40 %". */
export function describePhase(run: KnownRun): string {
  const share = shareOf(run);
  const { lastProgress } = run;
  const phase = lastProgress ? sayPhase(lastProgress.phase) : 'starting';
  return share === undefined ? phase : `${phase}, ${formatPercent(share, 0)}`;
}

/** The state of a run, in a few words: "62 %, about 3 min left", "interrupted at step 40", "9 Sep, 7 min". */
export function describeState(run: KnownRun): string {
  switch (run.state) {
    case 'starting':
      return 'starting';
    case 'running':
      return describeProgress(run);
    case 'pausing':
    case 'stopping':
    case 'cancelling':
      return 'ending after this step';
    case 'paused':
      return `paused${atStep(run)}`;
    case 'cancelled':
      return `cancelled${atStep(run)}`;
    case 'interrupted':
      return `interrupted${atStep(run)}`;
    case 'failed':
      return `${(run.failure && shortWordsOf(run.failure.reason)) ?? 'failed'}${atStep(run)}`;
    case 'done':
      if (readMissingRecord(run) !== undefined) return `record missing in the key file, ${describeEnd(run)}`;
      return findFallenShort(run) ? `${notReadyWords.toLowerCase()}, ${describeEnd(run)}` : describeEnd(run);
  }
}

function describeProgress(run: KnownRun): string {
  const share = shareOf(run);
  if (run.course.isLoadingAgain) return `${formatPercent(share ?? 0, 0)}, loading again`;
  if (run.lastProgress?.phase !== phases.training) return describePhase(run);
  const left = secondsLeft(run, Date.now());
  return `${formatPercent(share ?? 0, 0)}${left === undefined ? '' : `, about ${formatRough(left)} left`}`;
}

function atStep({ lastProgress }: KnownRun): string {
  return lastProgress?.phase === phases.training && lastProgress.done !== undefined
    ? ` at step ${formatCount(lastProgress.done)}`
    : '';
}

function describeEnd(run: KnownRun): string {
  const seconds = workedSeconds(run, Date.now());
  if (run.endedAt === undefined || seconds === undefined) return 'done';
  return `${formatDay(run.endedAt)}, ${formatDuration(seconds)}`;
}

/** The local day of an ISO date: "9 Sep". */
function formatDay(iso: string): string {
  const date = new Date(iso);
  return `${date.getDate()} ${'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')[date.getMonth()]!}`;
}
