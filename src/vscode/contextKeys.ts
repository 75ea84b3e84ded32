import * as vscode from 'vscode';
import { reportKinds } from '../contract/reportKinds';
import { contextKeys } from '../ids';
import type { Services } from './services';

/** Keeps the context keys, which menus, welcome texts and the walkthrough read, in step with the index. */
export function showContextKeys({ index }: Pick<Services, 'index'>): vscode.Disposable {
  const show = (): void => {
    const usable = index.checkpoints.filter(({ problem }) => problem === undefined);
    set(
      contextKeys.checkpointFolders,
      usable.map(({ path }) => path),
    );
    set(contextKeys.hasCheckpoint, index.checkpoints.length > 0);
    set(contextKeys.hasKeySet, index.keySets.length > 0);
    set(
      contextKeys.hasRelease,
      index.keySets.some(({ header }) => header && header.releases.length > 0),
    );
    set(
      contextKeys.hasVerdict,
      index.reports.some(({ kind }) => kind === reportKinds.verify),
    );
    set(
      contextKeys.hasDrift,
      index.reports.some(({ kind }) => kind === reportKinds.drift),
    );
    set(contextKeys.initialized, true);
  };
  return index.onDidChange(show);
}

function set(key: string, value: unknown): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
