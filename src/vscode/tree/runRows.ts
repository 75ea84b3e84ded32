import { hasTrait } from '../../contract/declarations';
import { commandIds } from '../../ids';
import { type FallenShort, sayNotReady, sayWhatToDo } from '../../reports/words/notReady';
import { formatDate } from '../../words/dates';
import { readMissingRecord } from '../../jobs/runs';
import { findFallenShort } from '../runs/fallenShort';
import { isAlive, type KnownRun } from '../runs/knownRun';
import { listRunActions } from '../runs/runActions';
import { describeState, nameRun } from '../runs/runNames';
import { reportOf } from '../runs/runReport';
import { escapeMarkdown, factTable, notReadyIcon, type Fact, type Row, type RowIcon } from './row';

const icons: Readonly<Record<KnownRun['state'], RowIcon>> = {
  starting: { codicon: 'loading~spin' },
  running: { codicon: 'sync~spin', colour: 'charts.blue' },
  pausing: { codicon: 'loading~spin' },
  stopping: { codicon: 'loading~spin' },
  cancelling: { codicon: 'loading~spin' },
  paused: { codicon: 'debug-pause', colour: 'charts.yellow' },
  cancelled: { codicon: 'circle-slash' },
  interrupted: { codicon: 'history', colour: 'charts.yellow' },
  failed: { codicon: 'error', colour: 'charts.red' },
  done: { codicon: 'pass', colour: 'charts.green' },
};

/** Runs, live ones first, then the newest. */
export function makeRunRows(runs: readonly KnownRun[]): Row[] {
  const seen = runs.filter(({ job }) => !hasTrait(job.operation, 'isSilent'));
  return [...seen.filter(isAlive), ...seen.filter((run) => !isAlive(run))].map(makeRunRow);
}

function makeRunRow(run: KnownRun): Row {
  const label = nameRun(run);
  const description = describeState(run);
  const fallenShort = findFallenShort(run);
  return {
    id: `run:${run.folder}`,
    label,
    description,
    icon: fallenShort ? notReadyIcon : icons[run.state],
    spoken: `${label}, ${speakState(run, description, fallenShort)}`,
    tooltip: describeInFull(run, label, fallenShort),
    capabilities: listCapabilities(run),
    target: { kind: 'run', path: run.folder },
    children: [],
    click: commandIds.openRun,
  };
}

function speakState({ state }: KnownRun, description: string, fallenShort: FallenShort | undefined): string {
  if (fallenShort) return `${sayNotReady(fallenShort)}. ${description}`;
  return state === 'done' ? `done, ${description}` : description;
}

function listCapabilities(run: KnownRun): string[] {
  const { operation } = run.job;
  const when = (holds: boolean, ...words: string[]): string[] => (holds ? words : []);
  return [
    'open',
    'path',
    ...listRunActions(run),
    ...when(hasTrait(operation, 'makesCheckpoint'), 'recipe'),
    ...when(reportOf(run) !== undefined, 'report'),
  ];
}

function describeInFull(run: KnownRun, label: string, fallenShort: FallenShort | undefined): string {
  const { failure, job, folder, startedAt } = run;
  const first = fallenShort
    ? `**${escapeMarkdown(sayNotReady(fallenShort))}.** ${escapeMarkdown(sayWhatToDo(fallenShort))}\n\n`
    : '';
  const missing = readMissingRecord(run);
  const noRecord = missing && `${missing} Resume the run to add the record of this release to the key file.`;
  const whatWentWrong = failure ? `${failure.message} ${failure.next}` : noRecord;
  const why = whatWentWrong === undefined ? '' : `\n\n${escapeMarkdown(whatWentWrong)}`;
  const facts: Fact[] = [
    ['Requested', formatDate(job.createdAt)],
    startedAt === undefined ? undefined : ['Started', formatDate(startedAt)],
    ['Folder', folder],
  ];
  return `${first}**${escapeMarkdown(label)}** ${escapeMarkdown(describeState(run))}${why}\n\n${factTable(facts)}`;
}
