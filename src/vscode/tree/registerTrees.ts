import * as vscode from 'vscode';
import { viewIds } from '../../ids';
import { isAlive, isWaiting } from '../runs/knownRun';
import type { Services } from '../services';
import { Throttle } from '../throttle';
import { makeKeySetRows } from './keySetRows';
import { makeModelRows } from './modelRows';
import type { Row } from './row';
import { RowTree } from './rowTree';
import { makeRunRows } from './runRows';

const restricted = 'Restricted Mode: you can inspect files, but nothing runs.';
/** Rows of a living run change at most so often. */
const runIntervalMs = 1000;

/** Shows the three views of the sidebar and keeps them up to date with the disk and the runs. */
export function registerTrees(
  services: Services,
  onSelect: (model: string | undefined) => void,
): vscode.Disposable {
  const { context, index, runs, secrets, cleared } = services;
  const make = (id: string, makeRows: () => readonly Row[] | Promise<readonly Row[]>): Tree => {
    const tree = new RowTree(context.extensionUri, async () => {
      await index.whenSeen();
      return makeRows();
    });
    return {
      tree,
      view: vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: false }),
    };
  };
  const models = make(viewIds.models, () => makeModelRows(knowModels(services)));
  const keySets = make(viewIds.keySets, async () =>
    vscode.workspace.isTrusted ? makeKeySetRows(index.keySets, await listUnlocked(services)) : [],
  );
  const runRows = make(viewIds.runs, () =>
    vscode.workspace.isTrusted ? makeRunRows(cleared.filter(runs.runs)) : [],
  );

  const refreshRuns = new Throttle(runIntervalMs, () => {
    models.tree.refresh();
    runRows.tree.refresh();
  });
  const showRestricted = (): void => {
    // A message would stand in the place of the welcome text of an empty view, which says the same.
    const hasRows = index.checkpoints.length > 0;
    models.view.message = hasRows && !vscode.workspace.isTrusted ? restricted : '';
  };
  const showBadge = (): void => {
    const count = runs.runs.filter((run) => isAlive(run) || isWaiting(run)).length;
    runRows.view.badge = count === 0 ? undefined : { value: count, tooltip: describeBadge(count) };
  };
  const refreshAll = (): void => {
    for (const { tree } of [models, keySets, runRows]) tree.refresh();
    showRestricted();
    showBadge();
  };
  showRestricted();
  return vscode.Disposable.from(
    ...[models, keySets, runRows].flatMap(({ tree, view }) => [tree, view]),
    refreshRuns,
    index.onDidChange(refreshAll),
    secrets.onDidChange(() => keySets.tree.refresh()),
    models.view.onDidChangeSelection(({ selection: [row] }) =>
      onSelect(row?.target.kind === 'checkpoint' ? row.target.path : undefined),
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(refreshAll),
    runs.onDidChangeRun(() => {
      showBadge();
      refreshRuns.call();
    }),
    runs.onDidRemoveRun(refreshAll),
    cleared.onDidClear(refreshAll),
  );
}

interface Tree {
  readonly tree: RowTree;
  readonly view: vscode.TreeView<Row>;
}

function knowModels({ index, runs, sample }: Services): Parameters<typeof makeModelRows>[0] {
  return {
    checkpoints: index.checkpoints,
    keySets: index.keySets,
    digestOf: index.digestOf,
    verdictOf: (path) => index.verdictOf(path),
    driftOf: (path) => index.driftOf(path),
    rehearsalOf: (path) => index.rehearsalOf(path),
    runs: runs.runs,
    roots: [...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath), ...sample.roots],
    isTrusted: vscode.workspace.isTrusted,
  };
}

async function listUnlocked({ index, secrets }: Services): Promise<Set<string>> {
  const unlocked = new Set<string>();
  for (const { path } of index.keySets) if (await secrets.isUnlocked(path)) unlocked.add(path);
  return unlocked;
}

function describeBadge(count: number): string {
  return count === 1 ? '1 run is active or waiting for you' : `${count} runs are active or waiting for you`;
}
