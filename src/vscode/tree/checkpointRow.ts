import { relative } from 'node:path';
import { shortWordsOf } from '../../common/reasons';
import { drift as measurement } from '../../contract/declarations/drift';
import { embed as embedding } from '../../contract/declarations/embed';
import { rehearse as rehearsal } from '../../contract/declarations/rehearse';
import { verify as verification } from '../../contract/declarations/verify';
import { notReadyFile } from '../../checkpoint/folderFiles';
import { commandIds } from '../../ids';
import { cutMiddle } from '../../words/cutMiddle';
import { formatParameters, formatSize } from '../../words/figures';
import { type FallenShort, notReadyWords, sayNotReady } from '../../reports/words/notReady';
import { formatCount, formatOf, formatPercent, formatSignedPercent, formatSmall } from '../../words/numbers';
import { formatDate } from '../../words/dates';
import type { FoundCheckpoint } from '../index/found';
import type { WorkspaceIndex } from '../index/workspaceIndex';
import { readEmbedResult } from '../runs/embedRun';
import { findFallenShort } from '../runs/fallenShort';
import type { KnownRun } from '../runs/knownRun';
import type { KnownContent } from '../runs/locateRun';
import { describeReleaseDrift, explainReleaseDrift, findReleaseDrift } from '../runs/ends/releaseDrift';
import { escapeMarkdown, factTable, notReadyIcon, type Fact, type Row, type RowIcon } from './row';

/** The inputs of checkpoint rows. */
export interface ModelKnowledge
  extends KnownContent, Pick<WorkspaceIndex, 'verdictOf' | 'driftOf' | 'rehearsalOf'> {
  readonly runs: readonly KnownRun[];
  /** Folders of the workspace. */
  readonly roots: readonly string[];
  readonly isTrusted: boolean;
}

/** Of a name, in characters. */
const mostOfLabel = 40;

/** The row of a checkpoint; `madeBy` is the embedding that made it, for a release. */
export function makeCheckpointRow(
  checkpoint: FoundCheckpoint,
  label: string,
  known: ModelKnowledge,
  madeBy: KnownRun | undefined,
): Row {
  const { path, problem } = checkpoint;
  const marks = describeMarks(checkpoint, known, madeBy);
  const notReady = findNotReady(checkpoint, madeBy);
  const shown = notReady ? [notReadyWords.toLowerCase(), ...marks] : marks;
  const unmarkable = checkpoint.unmarkable && shortWordsOf(checkpoint.unmarkable.reason);
  const words = unmarkable === undefined ? shown : [unmarkable, ...shown];
  const description = problem ? (shortWordsOf(problem.reason) ?? 'damaged') : words.join(', ');
  const spoken = [unmarkable, speakMarks(checkpoint, known, marks)].filter(Boolean).join(', ');
  return {
    id: `checkpoint:${path}`,
    label: cutMiddle(label, mostOfLabel),
    description,
    icon: notReady && !problem ? notReadyIcon : chooseIcon(checkpoint, known),
    spoken: `${label}, ${problem ? problem.message : notReady ? `${sayNotReady(notReady)}. ${spoken}` : spoken}`,
    tooltip: describeInFull(checkpoint, known, madeBy),
    capabilities: listCapabilities(checkpoint, known, madeBy !== undefined),
    target: { kind: 'checkpoint', path },
    children: [],
    click: commandIds.openPanel,
  };
}

/**
 * The note in the folder decides, so that a user who accepts the copy can remove it; if the note has no
 * figures, they come from the run.
 */
function findNotReady({ notReady }: FoundCheckpoint, madeBy: KnownRun | undefined): FallenShort | undefined {
  if (!notReady || notReady.shortfalls.length > 0) return notReady;
  return (madeBy && findFallenShort(madeBy)) ?? notReady;
}

/** The few words after the name: what was found, else what it is. */
function describeMarks(
  { path, facts }: FoundCheckpoint,
  { verdictOf, driftOf }: ModelKnowledge,
  madeBy: KnownRun | undefined,
): string[] {
  const made = madeBy && readEmbedResult(madeBy);
  const verdict = verdictOf(path)?.report;
  const drift = findReleaseDrift(madeBy, driftOf(path)?.report);
  const found = verdict
    ? [describeVerdict(verdict)]
    : made
      ? [`answers ${formatPercent(made.recall, 0)}`]
      : [];
  const marks = [...found, ...(drift ? [describeReleaseDrift(drift)] : [])];
  if (marks.length > 0 || !facts) return marks;
  return [facts.family, formatParameters(facts.parameters), facts.dtypes.join(' and ')];
}

type Verdict = NonNullable<ReturnType<WorkspaceIndex['verdictOf']>>['report'];

const kindWords = {
  agrees: 'agrees with the key file',
  'no-evidence': 'no evidence',
  undetermined: 'undetermined',
  refused: 'key file refused',
} as const;

function describeVerdict({ verdict, answers }: Verdict): string {
  const counted = formatOf(answers.hits, answers.asked);
  if (verdict.kind === 'match') return counted;
  return `${kindWords[verdict.kind]}: ${counted}`;
}

function speakMarks(
  { path, facts }: FoundCheckpoint,
  { verdictOf }: ModelKnowledge,
  marks: readonly string[],
): string {
  const verdict = verdictOf(path)?.report.verdict;
  if (verdict) return [verdict.sentence, ...marks.slice(1)].join(', ');
  if (facts && marks[0] === facts.family)
    return `${facts.family}, ${formatCount(facts.parameters)} parameters, ${facts.dtypes.join(' and ')}`;
  return marks.join(', ');
}

function chooseIcon({ path, problem, unmarkable }: FoundCheckpoint, { verdictOf }: ModelKnowledge): RowIcon {
  if (problem?.kind === 'unsupported') return { codicon: 'circle-slash', colour: 'disabledForeground' };
  if (problem) return { codicon: 'error', colour: 'charts.red' };
  const kind = verdictOf(path)?.report.verdict.kind;
  if (kind === 'match') return { codicon: 'verified-filled', colour: 'charts.blue' };
  if (kind === 'no-evidence') return { drawing: 'no-evidence' };
  if (kind === 'agrees') return { codicon: 'verified', colour: 'charts.yellow' };
  if (kind === 'refused') return { codicon: 'error', colour: 'charts.red' };
  if (kind === 'undetermined') return { codicon: 'question', colour: 'charts.yellow' };
  return unmarkable ? { codicon: 'warning', colour: 'list.warningForeground' } : { codicon: 'package' };
}

function listCapabilities(
  { path, problem, unmarkable }: FoundCheckpoint,
  { isTrusted, verdictOf, driftOf, rehearsalOf }: ModelKnowledge,
  isRelease: boolean,
): string[] {
  const always = ['path'];
  if (problem) return always;
  const hasReport = [verdictOf(path), driftOf(path), rehearsalOf(path)].some((found) => found !== undefined);
  return [
    ...always,
    'panel',
    'identity',
    ...(hasReport ? ['report'] : []),
    ...(isRelease ? ['compare', 'release'] : []),
    // As in the Explorer, whose menus know nothing of runs: the drift of any checkpoint can be measured.
    ...(isTrusted
      ? [
          verification.name,
          measurement.name,
          ...(isRelease ? [rehearsal.name] : unmarkable ? [] : [embedding.name]),
        ]
      : []),
  ];
}

function describeInFull(
  checkpoint: FoundCheckpoint,
  known: ModelKnowledge,
  madeBy: KnownRun | undefined,
): string {
  const { path, name, facts, problem, unmarkable } = checkpoint;
  const shown = escapeMarkdown(showPath(path, known.roots));
  if (problem)
    return `**${escapeMarkdown(name)}** ${shown}\n\n${escapeMarkdown(`${problem.message} ${problem.next}`)}`;
  const verdict = known.verdictOf(path);
  const drift = known.driftOf(path);
  const notReady = findNotReady(checkpoint, madeBy);
  const first = notReady
    ? `**${escapeMarkdown(sayNotReady(notReady))}.** ${escapeMarkdown(notReadyFile)} in its folder says what to do.\n\n`
    : '';
  const found = verdict
    ? `**${escapeMarkdown(verdict.report.verdict.sentence)}.**\n\n${escapeMarkdown(verdict.report.verdict.chance)}`
    : `**${escapeMarkdown(name)}** ${shown}`;
  const made = madeBy && readEmbedResult(madeBy);
  const figure = findReleaseDrift(madeBy, drift?.report);
  const rows: Fact[] = [
    figure && ['Drift', explainReleaseDrift(figure)],
    made && ['Loss', `changed by ${formatSignedPercent(made.drift.lossRise, 2)} on the same text`],
    drift && ['Drift report', describeReport(drift.report)],
    made && ['Keys', `${formatPercent(made.recall, 1)} answered after training`],
    facts && ['Family', `${facts.family}, ${formatParameters(facts.parameters)} parameters`],
    facts && ['Weights', `${facts.dtypes.join(' and ')}, ${formatSize(facts.storedBytes)}`],
    verdict && ['Checked', formatDate(verdict.report.date)],
  ];
  const lacking = unmarkable
    ? `\n\n**It cannot be marked.** ${escapeMarkdown(`${unmarkable.message} ${unmarkable.next}`)}`
    : '';
  return `${first}${found}${lacking}\n\n${factTable(rows)}${describeLinks(path, verdict !== undefined || drift !== undefined)}`;
}

/** A report measures other text than the run did, so it is named. */
function describeReport({
  kl,
  lossRise,
  textSources,
}: NonNullable<ReturnType<WorkspaceIndex['driftOf']>>['report']): string {
  const texts = textSources.slice(0, 2).join(', ') + (textSources.length > 2 ? ', …' : '');
  return `${formatSmall(kl.value)} nats a token on ${texts}; loss changed by ${formatSignedPercent(lossRise.value, 2)}`;
}

function describeLinks(path: string, hasReport: boolean): string {
  const argument = encodeURIComponent(JSON.stringify([path]));
  const open = hasReport ? `[Open Report](command:${commandIds.openReport}?${argument})\u2003` : '';
  return `\n\n${open}[Verify…](command:${commandIds.verify}?${argument})`;
}

function showPath(path: string, roots: readonly string[]): string {
  const root = roots.find((folder) => path.startsWith(folder));
  return root === undefined || root === path ? path : relative(root, path);
}
