import * as vscode from 'vscode';
import { hasTrait } from '../contract/declarations';
import { reportKinds } from '../contract/reportKinds';
import { contextKeys } from '../ids';
import { listComparable } from './panel/modelRuns';
import { isAlive } from './runs/knownRun';
import type { Services } from './services';

type Sources = Pick<Services, 'index' | 'runs' | 'sample'>;
type Key = (typeof contextKeys)[keyof typeof contextKeys];

/** Keeps the context keys, which menus, welcome texts and the walkthrough read, in step with index and runs. */
export function showContextKeys(services: Sources): vscode.Disposable {
  const { index, runs } = services;
  const shown = new Map<Key, string>();
  const show = (): void => {
    for (const [key, value] of Object.entries(readKeys(services)) as [Key, unknown][]) {
      const text = JSON.stringify(value);
      if (shown.get(key) === text) continue;
      shown.set(key, text);
      set(key, value);
    }
  };
  const showIndex = (): void => {
    show();
    set(contextKeys.initialized, true);
  };
  return vscode.Disposable.from(
    index.onDidChange(showIndex),
    runs.onDidChangeRun(show),
    runs.onDidRemoveRun(show),
    vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
      if (opened.some(isOfEditor)) tickWalkthrough(services);
    }),
  );
}

function readKeys({ index, runs, sample }: Sources): Readonly<Partial<Record<Key, unknown>>> {
  const usable = index.checkpoints.filter(({ problem }) => problem === undefined);
  const seen = runs.runs.filter(({ job }) => !hasTrait(job.operation, 'isSilent'));
  return {
    [contextKeys.checkpointFolders]: usable.map(({ path }) => path),
    [contextKeys.hasRun]: seen.length > 0,
    [contextKeys.hasLiveRun]: seen.some(isAlive),
    [contextKeys.hasEndedRun]: seen.some((run) => !isAlive(run)),
    [contextKeys.hasReport]: index.reports.length > 0,
    [contextKeys.hasReleases]: listComparable({ runs, index }).length > 0,
    [contextKeys.hasSample]: sample.isShown,
    ...readTicks({ index }),
  };
}

/** The keys that tick the steps of the walkthrough. */
function readTicks({ index }: Pick<Sources, 'index'>): Readonly<Partial<Record<Key, boolean>>> {
  return {
    [contextKeys.hasCheckpoint]: index.checkpoints.length > 0,
    [contextKeys.hasKeySet]: index.keySets.length > 0,
    [contextKeys.hasRelease]: index.keySets.some(({ header }) => header && header.releases.length > 0),
    [contextKeys.hasVerdict]: index.reports.some(({ kind }) => kind === reportKinds.verify),
    [contextKeys.hasDrift]: index.reports.some(({ kind }) => kind === reportKinds.drift),
  };
}

/** Pages of the editor's own, such as a walkthrough, say nothing of what they are. */
function isOfEditor({ input }: vscode.Tab): boolean {
  return input === undefined;
}

/** A walkthrough ticks a step only when its key changes while the walkthrough is there, so the keys are set again. */
function tickWalkthrough(services: Sources): void {
  for (const [key, value] of Object.entries(readTicks(services)))
    if (value) {
      set(key, false);
      set(key, true);
    }
}

function set(key: string, value: unknown): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
