import { posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { readReport, type StoredReport } from '../../reports/readReport';

const mostBytes = 50_000_000;
const quietMs = 500;

/**
 * Reads a report file.
 * @throws UserError `not-found`, `not-a-report`, or as readReport.
 */
export async function readReportFile(uri: vscode.Uri): Promise<StoredReport> {
  const name = posix.basename(uri.path);
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    // A link to a device, or a pipe, has no end.
    if ((type & vscode.FileType.File) === 0)
      throw new UserError('not-a-report', `${name} is not a file.`, 'Check where it comes from.');
    if (size > mostBytes)
      throw new UserError('not-a-report', `${name} is too large for a report.`, 'Open it as JSON.');
    return readReport(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8'), name);
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError)) throw error;
    throw new UserError('not-found', `${name} cannot be read.`, 'Check whether it was moved or deleted.', {
      cause: error,
    });
  }
}

/** Calls back half a second after the last change of a file. */
export function followFile(uri: vscode.Uri, onQuiet: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const restart = (changed: vscode.Uri): void => {
    if (changed.toString() !== uri.toString()) return;
    clearTimeout(timer);
    timer = setTimeout(onQuiet, quietMs);
  };
  // The file's own name would be interpreted as a pattern.
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*.fpreport.json');
  const watcher = vscode.workspace.createFileSystemWatcher(pattern);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(restart),
    watcher.onDidChange(restart),
    watcher.onDidDelete(restart),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}
