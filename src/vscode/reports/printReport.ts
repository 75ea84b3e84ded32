import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { makeTemporaryFolder, removeAbandonedFolders } from '../../common/temporaryFolder';
import type { StoredReport } from '../../reports/readReport';
import { renderStoredHtml } from '../../reports/renderStored';

/** Whether the machine with the browser is the one where reports are. */
export function hasBrowser(): boolean {
  return vscode.env.remoteName === undefined && vscode.env.uiKind !== vscode.UIKind.Web;
}

/** Opens reports in the browser, which can print. Its files are temporary and contain no keys in the clear. */
export class ReportPrinter implements vscode.Disposable {
  private folder: Promise<string> | undefined;

  /** @throws UserError `no-browser`. */
  async print(stored: StoredReport, source: vscode.Uri): Promise<void> {
    // The file is where the extension runs; a browser elsewhere cannot open it.
    if (!hasBrowser()) throw noBrowser();
    this.folder ??= makeFolder();
    const folder = await this.folder;
    // Another editor removes it when it has not been used for long.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, basename(source.path).replace(/\.json$/, '.html'));
    await writeFile(file, renderStoredHtml(stored));
    if (!(await vscode.env.openExternal(vscode.Uri.file(file)))) throw noBrowser();
  }

  dispose(): void {
    void this.folder?.then((folder) => rm(folder, { recursive: true, force: true })).catch(() => undefined);
  }
}

const prefix = 'fingerprint-report-';

async function makeFolder(): Promise<string> {
  await removeAbandonedFolders(prefix);
  return makeTemporaryFolder(prefix);
}

function noBrowser(): UserError {
  return new UserError(
    'no-browser',
    'No browser could be opened on the machine where the report is.',
    'Download the HTML file beside the report, then open and print it on your own machine.',
  );
}
