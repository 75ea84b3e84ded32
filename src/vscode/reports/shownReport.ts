import { posix } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { reportKinds } from '../../contract/reportKinds';
import {
  reportRequestSchema,
  type ReportHost,
  type ReportPage,
  type ReportRequest,
  type ReportSnapshot,
} from '../../protocol/reportPage';
import type { StoredReport } from '../../reports/readReport';
import { reportNames } from '../../words/reports';
import { connectPage, loadPage } from '../pages/connectPage';
import type { Services } from '../services';
import { exportReport } from './exportReport';
import { openKeys, type OpenedKeys } from './openKeys';
import { hasBrowser, type ReportPrinter } from './printReport';
import { followFile, readReportFile } from './reportFile';
import { renderReportPage } from './reportHtml';

/** One editor that shows a report file and follows it. */
export class ShownReport implements vscode.Disposable {
  private readonly page;
  private readonly watches: readonly { dispose(): unknown }[];
  private stored: Promise<StoredReport>;
  private opened: OpenedKeys | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly uri: vscode.Uri,
    private readonly services: Services,
    private readonly printer: ReportPrinter,
  ) {
    const host: ReportHost = {
      ready: () => this.makeSnapshot(),
      act: (request) => this.receive(request),
    };
    const connected = connectPage<ReportPage, ReportHost>(panel.webview, host);
    this.page = connected.page;
    this.watches = [
      connected,
      panel.onDidChangeViewState(() => this.followVisibility()),
      followFile(uri, () => this.readAgain()),
    ];
    this.stored = this.read();
    loadPage(panel.webview, services.context, 'report', (resources) =>
      renderReportPage(resources, hasBrowser()),
    );
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  /** Handles the request of a button or a command; errors are shown. */
  async act(request: ReportRequest): Promise<void> {
    try {
      await this.carryOut(request);
    } catch (error) {
      this.services.showError(error);
    }
  }

  /** Shows the keys, or hides them if they are shown. */
  toggleKeys(): Promise<void> {
    return this.act({ type: 'revealKeys', isRevealed: this.opened === undefined });
  }

  dispose(): void {
    this.opened = undefined;
    this.page.$close();
    for (const watch of this.watches) watch.dispose();
  }

  private receive(request: unknown): void {
    const asked = reportRequestSchema.safeParse(request);
    if (asked.success) void this.act(asked.data);
    else this.services.log.warn(`A report's page asked for something unknown: ${asked.error.message}`);
  }

  private async carryOut(request: ReportRequest): Promise<void> {
    switch (request.type) {
      case 'exportReport':
        return exportReport(await this.stored, this.uri, this.opened);
      case 'printReport':
        return this.printer.print(await this.stored, this.uri);
      case 'showReportFiles':
        return showFiles(this.uri);
      case 'revealKeys':
        return request.isRevealed ? this.reveal() : this.hide();
      case 'openAsJson':
        await vscode.commands.executeCommand('vscode.openWith', this.uri, 'default');
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
    }
  }

  private async reveal(): Promise<void> {
    const asked = this.stored;
    const stored = await asked;
    if (stored.kind !== reportKinds.verify)
      throw new UserError(
        'no-keys',
        `A report on ${reportNames[stored.kind]} has no keys.`,
        'Open a verify report.',
      );
    const opened = await openKeys(stored.report, this.services);
    // While the passphrase was being typed, the user may have left, or the file may have become another
    // report.
    if (!this.panel.visible || this.stored !== asked) return;
    this.opened = opened;
    await this.show();
  }

  private async hide(): Promise<void> {
    this.opened = undefined;
    await this.show();
  }

  /** A hidden page is discarded, and the keys that it showed with it; the next one announces that it is ready. */
  private followVisibility(): void {
    if (!this.panel.visible) this.opened = undefined;
  }

  private readAgain(): void {
    this.opened = undefined;
    this.stored = this.read();
    void this.show();
  }

  private read(): Promise<StoredReport> {
    const stored = readReportFile(this.uri);
    // A caller that awaits it reports the failure.
    stored.catch(() => undefined);
    return stored;
  }

  private async show(): Promise<void> {
    const snapshot = await this.makeSnapshot();
    if (this.panel.visible) await this.page.show.asEvent(snapshot).catch(() => undefined);
  }

  private async makeSnapshot(): Promise<ReportSnapshot> {
    try {
      const stored = await this.stored;
      if (stored.kind !== reportKinds.verify) return stored;
      return { ...stored, revealed: this.opened ? [...this.opened.all] : null };
    } catch (error) {
      if (!(error instanceof UserError)) this.services.showError(error);
      const fileName = posix.basename(this.uri.path);
      const problem =
        error instanceof UserError
          ? { message: error.message, next: error.next }
          : { message: `${fileName} could not be shown.`, next: 'See the log for details.' };
      return { kind: 'problem', fileName, problem };
    }
  }
}

/** The Explorer shows what is in the workspace, and the system's file manager what is not. */
async function showFiles(uri: vscode.Uri): Promise<void> {
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(isInWorkspace ? 'revealInExplorer' : 'revealFileInOS', uri);
}
