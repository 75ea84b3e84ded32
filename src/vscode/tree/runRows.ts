import { commandIds } from '../../ids';
import { formatDate } from '../../reports/words';
import { isAlive, type KnownRun } from '../runs/knownRun';
import { describeState, nameRun } from '../runs/runNames';
import { reportOf } from '../runs/runReport';
import { escapeMarkdown, factTable, type Fact, type Row, type RowIcon } from './row';

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

/** What only serves a view and is no work of its own. */
const unseenWorks = new Set(['inspectModel', 'previewKeySet', 'doctor']);

/** Runs, the living ones first, then the newest. */
export function makeRunRows(runs: readonly KnownRun[]): Row[] {
  const seen = runs.filter(({ job }) => !unseenWorks.has(job.operation));
  return [...seen.filter(isAlive), ...seen.filter((run) => !isAlive(run))].map(makeRunRow);
}

function makeRunRow(run: KnownRun): Row {
  const label = nameRun(run);
  const description = describeState(run);
  return {
    id: `run:${run.folder}`,
    label,
    description,
    icon: icons[run.state],
    spoken: `${label}, ${run.state === 'done' ? `done, ${description}` : description}`,
    tooltip: describeInFull(run, label, description),
    capabilities: listCapabilities(run),
    target: { kind: 'run', path: run.folder },
    children: [],
    click: commandIds.openRun,
  };
}

function listCapabilities(run: KnownRun): string[] {
  const isEmbedding = run.job.operation === 'embed';
  const when = (holds: boolean, ...words: string[]): string[] => (holds ? words : []);
  return [
    'open',
    'path',
    ...when(run.state === 'running', 'cancel'),
    ...when(run.state === 'running' && isEmbedding, 'pause', 'stop'),
    ...when(run.state === 'pausing' || run.state === 'stopping', 'cancel'),
    ...when(run.canResume, 'resume'),
    ...when(!isAlive(run), 'discard'),
    ...when(isEmbedding, 'recipe'),
    ...when(reportOf(run) !== undefined, 'report'),
  ];
}

function describeInFull(run: KnownRun, label: string, description: string): string {
  const { failure, job, folder, startedAt } = run;
  const why = failure ? `\n\n${escapeMarkdown(`${failure.message} ${failure.next}`)}` : '';
  const facts: Fact[] = [
    ['Asked for', formatDate(job.createdAt)],
    startedAt === undefined ? undefined : ['Started', formatDate(startedAt)],
    ['Folder', folder],
  ];
  return `**${escapeMarkdown(label)}** ${escapeMarkdown(description)}${why}\n\n${factTable(facts)}`;
}
