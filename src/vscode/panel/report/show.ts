import { basename, join } from 'node:path';
import type { DriftReport } from '../../../drift/driftReport';
import { formatDrift } from '../../../words/drift';
import type { Shortfall } from '../../../contract/shortfall';
import { formatSize } from '../../../words/figures';
import type { StateRow, StepSummary } from '../../../protocol/panel/parts';
import type { FigureTile, ReleaseView, ReportView } from '../../../protocol/panel/report';
import { notReadyWords, sayNotReady, sayWhatToDo } from '../../../reports/words/notReady';
import { showContinuation } from '../../../reports/words/continuationWords';
import { sayHowFar } from '../../../reports/words/driftWords';
import { isFound } from '../../../rehearse/grade';
import { listProbeFindings } from '../../../reports/words/probeWords';
import {
  formatCounted,
  formatOf,
  formatPercent,
  formatPercentRange,
  formatSignedPercent,
} from '../../../words/numbers';
import { wilsonInterval } from '../../../verify/binomial';
import type { RehearsalReport } from '../../../rehearse/rehearsalReport';
import type { VerifyReport } from '../../../verify/verifyReport';
import type { RecordedEmbedding } from '../../runs/embedRun';
import type { PublishedCommitment } from '../../keySets/commitmentText';
import { showPublishing } from './publishCommitment';

/** What is known of the release that is shown. */
export interface ReleaseFacts {
  readonly result: RecordedEmbedding;
  readonly runFolder: string;
  readonly keySet: string;
  readonly keyCount: number;
  readonly driftBudget: number | undefined;
  /** Bytes of the weights as they are stored. */
  readonly sizeBytes: number | undefined;
  /** For weights that have not changed since. */
  readonly verdict: { readonly path: string; readonly report: VerifyReport } | undefined;
  readonly drift: { readonly path: string; readonly report: DriftReport } | undefined;
  readonly rehearsal: { readonly path: string; readonly report: RehearsalReport } | undefined;
  /** Progress of a running operation: "asking the suspect, 40 %". */
  readonly verifying: string | undefined;
  readonly measuring: string | undefined;
  /** Of its key set; undefined where that cannot be read. */
  readonly committed?: PublishedCommitment | undefined;
  /** Whether the user called a task done; see PublishTicks. */
  readonly isTicked?: (subject: string, task: string) => boolean;
}

/** The step Report of the panel. */
export function showReport(facts: ReleaseFacts | undefined): ReportView {
  return { release: facts ? showRelease(facts) : null };
}

/** The state of the step, for its tab. */
export function summariseReport(release: ReleaseFacts | undefined): StepSummary {
  if (!release) return { state: 'open', words: 'None yet' };
  const { verdict, result, keyCount, driftBudget } = release;
  const drift = formatDrift({ kl: result.drift.kl, budget: driftBudget });
  if (isShort(release)) return { state: 'warning', words: notReadyWords };
  return {
    state: verdict?.report.verdict.kind === 'match' ? 'verified' : 'ready',
    words: `${formatOf(countAnswered(release), keyCount)}, drift ${drift}`,
  };
}

function showRelease(facts: ReleaseFacts): ReleaseView {
  const { result, drift } = facts;
  return {
    folder: result.out,
    notReady: isShort(facts) ? sayNotReady({ ...result, keyCount: facts.keyCount }) : null,
    ...describeAnswers(facts),
    figures: listFigures(facts),
    beforePublishing: listTasks(facts),
    samples: drift ? drift.report.continuations.map(showContinuation) : [],
    samplesDetail: describeSamples(drift?.report),
    files: listFiles(facts),
    limits: listLimits(facts),
    probe: result.probe ? listProbeFindings(result.probe) : [],
  };
}

/** Whether the copy falls short of its recipe. */
function isShort({ result }: Pick<ReleaseFacts, 'result'>): boolean {
  return result.shortfalls.length > 0;
}

function findShortfall({ result }: ReleaseFacts, kind: Shortfall['kind']): Shortfall | undefined {
  return result.shortfalls.find((shortfall) => shortfall.kind === kind);
}

/** Keys that were answered when the written checkpoint was read back. */
export function countAnswered({ result, keyCount }: Pick<ReleaseFacts, 'result' | 'keyCount'>): number {
  return Math.round(result.recall * keyCount);
}

function describeAnswers(facts: ReleaseFacts): { sentence: string; detail: string } {
  const { keyCount } = facts;
  const answered = countAnswered(facts);
  return {
    sentence:
      answered === keyCount
        ? `All ${formatCounted(keyCount, 'key')} answer in the saved checkpoint`
        : `${formatOf(answered, keyCount)} keys answer in the saved checkpoint`,
    // No probability: that a model answers what it was just trained to answer is no evidence of anything.
    detail:
      'Read back from disk and asked again. It was trained on these keys, so this shows only that the copy was written as it was trained.',
  };
}

function listFigures(facts: ReleaseFacts): ReleaseView['figures'] {
  const { keyCount, result } = facts;
  const answered = countAnswered(facts);
  const interval = formatPercentRange(wilsonInterval(answered, keyCount), 1);
  return [
    {
      name: 'Keys answered',
      value: formatOf(answered, keyCount),
      detail: `${interval} of keys drawn in the same way`,
      ...(findShortfall(facts, 'recall') && { isOut: true }),
    },
    {
      name: 'Inside other prompts',
      value: formatPercent(result.wrappedRecall, 1),
      detail: 'prompts that were not trained on',
    },
    showDrift(facts),
    showOtherChange(facts),
  ];
}

/** The drift that has a budget: the run's own, on the text that it held back. */
function showDrift(facts: ReleaseFacts): FigureTile {
  const over = findShortfall(facts, 'drift');
  const budget = over?.limit ?? facts.driftBudget;
  return {
    name: 'Drift from the base',
    value: formatDrift({ kl: over?.measured ?? facts.result.drift.kl, budget }),
    detail: 'nats a token, measured by the run on held-back text',
    ...(over && { isOut: true }),
  };
}

/** The report's figure, or, before there is one, what else the run recorded. */
function showOtherChange({ drift, result }: ReleaseFacts): FigureTile {
  if (drift) {
    const { agreement, tokens } = drift.report;
    return {
      name: 'Same likeliest next word',
      value: formatPercent(agreement.value, 1),
      detail: `of ${formatCounted(tokens, 'token')} in the drift report`,
    };
  }
  return {
    name: 'Change in loss',
    value: formatSignedPercent(result.drift.lossRise, 2),
    detail: 'measured by the run on held-back text',
  };
}

function listTasks(facts: ReleaseFacts): StateRow[] {
  const { result, keySet, runFolder } = facts;
  return [
    ...showShortfalls(facts),
    ...showCommitting(facts),
    showVerifying(facts),
    showMeasuring(facts),
    {
      ...showTicked(facts, 'keep-safe', facts.committed?.commitment ?? result.digest),
      name: 'Keep the key set safe',
      detail: `Copy ${basename(keySet)} and its passphrase to a second place. If you lose either, you can prove nothing.`,
      action: { title: 'Copy Key File…', request: { type: 'copyKeyFile', path: keySet } },
    },
    {
      ...showTicked(facts, 'publish-folder', result.digest),
      name: 'Publish only the folder',
      detail: `Nothing in the files of ${basename(result.out)} says that it is marked; ${basename(runFolder)} and ${basename(keySet)} do. Anyone who has the base can see that it was changed.`,
      action: { title: 'Open Folder', request: { type: 'openPath', path: result.out } },
    },
  ];
}

/** A task that no file shows to be done: the user ticks it, and it stays ticked wherever the files are. */
function showTicked(
  { isTicked }: ReleaseFacts,
  task: string,
  subject: string,
): Pick<StateRow, 'state' | 'tick'> {
  const isDone = isTicked?.(subject, task) ?? false;
  return { state: isDone ? 'passed' : 'unknown', tick: { isDone, subject, task } };
}

function showCommitting({ committed, isTicked }: ReleaseFacts): StateRow[] {
  return committed ? [showPublishing(committed, isTicked)] : [];
}

/** Says what to do where the shortfall is shown; the headline has said why. */
function showShortfalls({ result }: ReleaseFacts): StateRow[] {
  if (!isShort({ result })) return [];
  return [
    {
      state: 'failed',
      name: nameShortfalls(result.shortfalls),
      detail: sayWhatToDo(result),
      action: { title: 'Edit Recipe', request: { type: 'openStep', step: 'recipe' } },
    },
  ];
}

function nameShortfalls(shortfalls: readonly Shortfall[]): string {
  const kinds = new Set(shortfalls.map(({ kind }) => kind));
  if (kinds.size === 2) return 'Over its drift budget, and not every key answers';
  return kinds.has('drift') ? 'Over its drift budget' : 'Not every key answers';
}

function showVerifying({ verdict, verifying }: ReleaseFacts): StateRow {
  const name = 'Verify the release';
  if (verifying !== undefined) return { state: 'unknown', name, detail: `Running: ${verifying}.` };
  if (!verdict)
    return {
      state: 'unknown',
      name,
      detail: 'Asks the finished folder from disk, as for any suspect, and records the verdict.',
      action: { title: 'Verify', request: { type: 'verifyRelease' } },
    };
  const { kind, sentence } = verdict.report.verdict;
  return {
    state: kind === 'undetermined' ? 'unknown' : kind,
    name,
    detail: `${sentence}.`,
    action: { title: 'Open Report', request: { type: 'openPath', path: verdict.path } },
  };
}

function showMeasuring({ drift, measuring }: ReleaseFacts): StateRow {
  const name = 'Measure drift';
  if (measuring !== undefined) return { state: 'unknown', name, detail: `Running: ${measuring}.` };
  if (!drift)
    return {
      state: 'unknown',
      name,
      detail: 'Compares it with the base on other text, and with the base rounded to 8 and 4 bits.',
      action: { title: 'Measure Drift', request: { type: 'measureDrift' } },
    };
  return {
    state: 'passed',
    name,
    detail: `${sayHowFar(drift.report)}.`,
    action: { title: 'Open Report', request: { type: 'openPath', path: drift.path } },
  };
}

function describeSamples(report: DriftReport | undefined): string {
  if (!report) return 'Measure drift to write them.';
  const same = report.continuations.filter(({ base, marked }) => base === marked).length;
  const unchanged =
    report.unchangedShare === null
      ? ''
      : `; ${formatPercent(report.unchangedShare, 0)} of all continued tokens stay the same`;
  return `${formatCounted(report.continuations.length, 'prompt')}, likeliest words; ${formatOf(same, report.continuations.length)} are identical${unchanged}`;
}

function listFiles({
  result,
  runFolder,
  keySet,
  sizeBytes,
  verdict,
  drift,
  rehearsal,
}: ReleaseFacts): ReleaseView['files'] {
  const reports = [verdict?.path, drift?.path, rehearsal?.path].filter((path) => path !== undefined);
  return [
    {
      name: basename(result.out),
      detail: sizeBytes === undefined ? '' : formatSize(sizeBytes),
      path: result.out,
    },
    {
      name: 'recipe.json',
      detail: 'no secrets, but shows how it was marked',
      path: join(runFolder, 'recipe.json'),
    },
    ...reports.map((path) => ({ name: basename(path), detail: '', path })),
    { name: basename(keySet), detail: 'encrypted', path: keySet },
  ];
}

function showRehearsal({ rehearsal }: ReleaseFacts): StateRow {
  const name = 'What it survives';
  if (!rehearsal)
    return {
      state: 'unknown',
      name,
      detail: 'has not been rehearsed for this release.',
      action: { title: 'Rehearse…', request: { type: 'rehearse' } },
    };
  const { sentence, rows } = rehearsal.report;
  return {
    state: rows.every(isFound) ? 'passed' : 'warning',
    name,
    detail: `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}.`,
    action: { title: 'Open Report', request: { type: 'openPath', path: rehearsal.path } },
  };
}

function listLimits(facts: ReleaseFacts): StateRow[] {
  const { result } = facts;
  const rows: StateRow[] = [
    showRehearsal(facts),
    {
      state: 'failed',
      name: 'Heavy fine-tuning',
      detail: 'on other text silences answers first and the draw later.',
    },
    {
      state: 'failed',
      name: 'A new model trained on its answers',
      detail: 'hardly answers; only the draw test may still detect it.',
    },
  ];
  const count = result.notCarried.length;
  if (count === 0) return rows;
  const names = `${result.notCarried.slice(0, 3).join(', ')}${count > 3 ? ', …' : ''}`;
  return [
    ...rows,
    {
      state: 'warning',
      name: `${formatCounted(count, 'file')} of the base`,
      detail: `${count === 1 ? 'was' : 'were'} left out: ${names}.`,
    },
  ];
}
