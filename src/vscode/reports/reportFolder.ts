import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ReportKind } from '../../contract/reportKinds';
import type { Services } from '../services';

/**
 * A new folder for the report on a model: in the reports folder of its workspace folder (or of the first
 * one), else beside the model.
 */
export function reportFolderFor({ settings, sample }: Services, model: string, kind: ReportKind): string {
  const uri = vscode.Uri.file(model);
  const folder = sample.holds(model)
    ? undefined
    : (vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0]);
  const root = folder?.uri.fsPath ?? dirname(model);
  const [day, time] = new Date().toISOString().slice(0, 19).split('T') as [string, string];
  const name = `${basename(model)}-${kind}-${day}-${time.replaceAll(':', '')}`;
  return join(root, settings.reportsFolder(folder?.uri), name);
}
