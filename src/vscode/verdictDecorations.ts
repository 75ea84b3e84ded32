import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { chooseBadge } from './badge';
import type { Services } from './services';

/**
 * Marks checkpoint folders and their weight files in the Explorer with their newest verdict. That a copy is
 * not ready to publish takes precedence: a tick on a ruined copy would mislead.
 */
export function decorateVerdicts({ index }: Pick<Services, 'index'>): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.FileDecorationProvider = {
    onDidChangeFileDecorations: changed.event,
    provideFileDecoration: (uri) => {
      if (uri.scheme !== 'file') return undefined;
      const isWeightFile = uri.fsPath.endsWith('.safetensors');
      const folder = isWeightFile ? dirname(uri.fsPath) : uri.fsPath;
      const badge = chooseBadge(folder, index.notReadyOf(folder), index.verdictOf(folder)?.report);
      return (
        badge && new vscode.FileDecoration(badge.sign, badge.tooltip, new vscode.ThemeColor(badge.colour))
      );
    },
  };
  return vscode.Disposable.from(
    changed,
    index.onDidChange(() => changed.fire(undefined)),
    vscode.window.registerFileDecorationProvider(provider),
  );
}
