import { basename, dirname } from 'node:path';
import { commandIds } from '../../ids';
import { formatRough } from '../../words/figures';
import { formatCounted, formatPercent } from '../../words/numbers';
import type { FoundCheckpoint } from '../index/found';
import { isAlive, type KnownRun } from '../runs/knownRun';
import { locateEmbedding } from '../runs/locateRun';
import { nameReleaseOf } from '../runs/runNames';
import { secondsLeft, shareOf } from '../runs/runTime';
import { makeCheckpointRow, type ModelKnowledge } from './checkpointRow';
import type { Row } from './row';

/** With at least this many checkpoints in a folder, the folder gets its own row. */
const crowd = 3;

/** Checkpoints of the workspace: bases with their releases below them, crowded folders, and the others. */
export function makeModelRows(known: ModelKnowledge): Row[] {
  const releases = new Map(listReleases(known).map(({ path, run }) => [path, run]));
  const own = known.checkpoints.filter(({ path }) => !releases.has(path));
  const crowds = findCrowds(own, known);
  const alone = own.filter(({ path }) => !crowds.has(dirname(path)));
  return [
    ...alone.map((checkpoint) => makeBaseRow(checkpoint, known)),
    ...[...crowds].map((folder) => makeCrowdRow(folder, own, known)),
  ];
}

/** Finished embeddings whose output is a checkpoint of the workspace. */
function listReleases(known: ModelKnowledge): { path: string; run: KnownRun }[] {
  const { checkpoints, runs } = known;
  const bases = new Set(checkpoints.map(({ path }) => path));
  return runs.flatMap((run) => {
    const embed = locateEmbedding(run, known);
    const isShown = run.state === 'done' && embed && bases.has(embed.out) && bases.has(embed.model);
    return isShown ? [{ path: embed.out, run }] : [];
  });
}

function findCrowds(own: readonly FoundCheckpoint[], { roots }: ModelKnowledge): Set<string> {
  const counts = new Map<string, number>();
  for (const { path } of own) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  const isCrowd = ([folder, count]: [string, number]): boolean =>
    count >= crowd && count < own.length && !roots.includes(folder);
  return new Set([...counts].filter(isCrowd).map(([folder]) => folder));
}

function makeCrowdRow(folder: string, own: readonly FoundCheckpoint[], known: ModelKnowledge): Row {
  const inside = own.filter(({ path }) => dirname(path) === folder);
  const description = formatCounted(inside.length, 'checkpoint');
  return {
    id: `folder:${folder}`,
    label: basename(folder),
    description,
    icon: { codicon: 'folder' },
    spoken: `${basename(folder)}, folder with ${description}`,
    capabilities: [],
    target: { kind: 'words' },
    children: inside.map((checkpoint) => makeBaseRow(checkpoint, known)),
  };
}

function makeBaseRow(checkpoint: FoundCheckpoint, known: ModelKnowledge): Row {
  const { path } = checkpoint;
  const releases = known.runs.flatMap((run) => makeReleaseRows(path, run, known));
  const row = makeCheckpointRow(checkpoint, checkpoint.name, known, undefined);
  const spokenReleases = releases.length === 0 ? '' : `, ${formatCounted(releases.length, 'marked release')}`;
  // The editor remembers that a row had no children; with its first release it becomes another row.
  const id = releases.length === 0 ? row.id : `${row.id}:releases`;
  const capabilities = releases.length === 0 ? row.capabilities : [...row.capabilities, 'compare'];
  return { ...row, id, capabilities, spoken: row.spoken + spokenReleases, children: releases };
}

function makeReleaseRows(base: string, run: KnownRun, known: ModelKnowledge): Row[] {
  const embed = locateEmbedding(run, known);
  if (embed?.model !== base) return [];
  if (isAlive(run)) return [makeTrainingRow(nameReleaseOf(embed), run)];
  const made = known.checkpoints.find(({ path }) => path === embed.out);
  if (run.state !== 'done' || made === undefined) return [];
  return [makeCheckpointRow(made, nameReleaseOf(embed), known, run)];
}

function makeTrainingRow(label: string, run: KnownRun): Row {
  const share = shareOf(run);
  const left = secondsLeft(run, Date.now());
  const words = `training${share === undefined ? '' : `, ${formatPercent(share, 0)}`}`;
  const spokenLeft = left === undefined ? '' : `, about ${formatRough(left)} left`;
  return {
    id: `training:${run.folder}`,
    label,
    description: words,
    icon: { codicon: 'sync~spin', colour: 'charts.blue' },
    spoken: `${label}, ${words}${spokenLeft}`,
    capabilities: [],
    target: { kind: 'run', path: run.folder },
    children: [],
    click: commandIds.openRun,
  };
}
