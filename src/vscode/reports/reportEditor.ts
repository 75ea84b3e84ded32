import * as vscode from 'vscode';
import { commandIds, reportEditorType } from '../../ids';
import type { Services } from '../services';
import type { ReportPrinter } from './printReport';
import type { ShownReport } from './shownReport';

/** Shows `*.fpreport.json` files, read-only, and registers the commands on the active one. */
export function registerReports(services: Services): vscode.Disposable {
  const editors = new ReportEditors(services);
  return vscode.Disposable.from(
    editors,
    vscode.window.registerCustomEditorProvider(reportEditorType, editors, {
      supportsMultipleEditorsPerDocument: true,
    }),
    vscode.commands.registerCommand(commandIds.printReport, () =>
      editors.active?.act({ type: 'printReport' }),
    ),
    vscode.commands.registerCommand(commandIds.showReportFiles, () =>
      editors.active?.act({ type: 'showReportFiles' }),
    ),
    vscode.commands.registerCommand(commandIds.revealReportKeys, () => editors.active?.toggleKeys()),
    vscode.commands.registerCommand(commandIds.openReportAsJson, () =>
      editors.active?.act({ type: 'openAsJson' }),
    ),
  );
}

/** The editors that are showing a report. Their code is loaded with the first one. */
class ReportEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly shown = new Set<ShownReport>();
  private printer: ReportPrinter | undefined;

  constructor(private readonly services: Services) {}

  get active(): ShownReport | undefined {
    return [...this.shown].find(({ isActive }) => isActive);
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { ReportPrinter } = await import('./printReport');
    const { ShownReport } = await import('./shownReport');
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.services.context.extensionUri, 'media', 'icons', `fingerprint-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.printer ??= new ReportPrinter();
    const report = new ShownReport(panel, uri, this.services, this.printer);
    this.shown.add(report);
    panel.onDidDispose(() => {
      this.shown.delete(report);
      report.dispose();
    });
  }

  dispose(): void {
    for (const report of this.shown) report.dispose();
    this.printer?.dispose();
  }
}
