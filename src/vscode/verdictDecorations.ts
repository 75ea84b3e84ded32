import { dirname, basename } from 'node:path';
import * as vscode from 'vscode';
import { formatDate } from '../reports/words';
import type { VerifyReport } from '../verify/verifyReport';
import type { Services } from './services';

/** Not M or A: those are the ones of version control. */
const badges = { match: '✓', 'no-evidence': '–', undetermined: '?' } as const;
const colours = {
  match: 'charts.blue',
  'no-evidence': 'descriptionForeground',
  undetermined: 'charts.yellow',
} as const;

/** Marks checkpoint folders and their weight files in the Explorer with the newest verdict on them. */
export function decorateVerdicts({ index }: Pick<Services, 'index'>): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.FileDecorationProvider = {
    onDidChangeFileDecorations: changed.event,
    provideFileDecoration: (uri) => {
      if (uri.scheme !== 'file') return undefined;
      const isWeightFile = uri.fsPath.endsWith('.safetensors');
      const verdict = index.verdictOf(isWeightFile ? dirname(uri.fsPath) : uri.fsPath);
      return verdict && decorate(verdict.report);
    },
  };
  return vscode.Disposable.from(
    changed,
    index.onDidChange(() => changed.fire(undefined)),
    vscode.window.registerFileDecorationProvider(provider),
  );
}

function decorate({ verdict, date, suspect }: VerifyReport): vscode.FileDecoration {
  const { kind, sentence } = verdict;
  const tooltip = `${basename(suspect.path)}: ${sentence} (${formatDate(date)})`;
  return new vscode.FileDecoration(badges[kind], tooltip, new vscode.ThemeColor(colours[kind]));
}
