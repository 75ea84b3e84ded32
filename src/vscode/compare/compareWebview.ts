import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { commandIds } from '../../ids';
import {
  compareRequestSchema,
  type CompareHost,
  type ComparePage,
  type CompareRequest,
  type CompareSnapshot,
} from '../../protocol/compare';
import { connectPage, loadPage, showPageIcon } from '../pages/connectPage';
import { SnapshotPacer } from '../pages/snapshotPacer';
import { openReport } from '../reports/openReport';
import type { Services } from '../services';
import { renderComparePage } from './compareHtml';
import { listUnmeasured, type DriftSeries } from './driftSeries';
import { ReleaseGatherer } from './gather';

const memoryKey = 'comparedBase';

/** One webview: its page, and the traffic in both directions. */
export class CompareWebview {
  private readonly pacer: SnapshotPacer;
  private readonly gatherer: ReleaseGatherer;
  private readonly page;
  private readonly watches: readonly { dispose(): unknown }[];
  private sequence = 0;
  private shown: CompareSnapshot | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    private readonly services: Services,
    private readonly series: DriftSeries,
  ) {
    const { runs, index } = services;
    this.gatherer = new ReleaseGatherer(runs, index);
    this.pacer = new SnapshotPacer(() => this.send());
    const host: CompareHost = {
      ready: () => this.start(),
      act: (request) => this.receive(request),
    };
    const connected = connectPage<ComparePage, CompareHost>(panel.webview, host);
    this.page = connected.page;
    const news = (): void => this.pacer.request('news');
    this.watches = [
      this.pacer,
      connected,
      runs.onDidChangeRun(news),
      runs.onDidRemoveRun(news),
      index.onDidChange(news),
      series.onDidChange(news),
      vscode.workspace.onDidGrantWorkspaceTrust(news),
      panel.onDidChangeViewState(() => this.pacer.setVisible(panel.visible)),
      panel.onDidDispose(() => this.dispose()),
    ];
    showPageIcon(panel, services.context);
    loadPage(panel.webview, services.context, 'compare', renderComparePage);
  }

  /** Shows the releases of this model from now on. */
  chooseBase(base: string): void {
    this.services.context.workspaceState
      .update(memoryKey, base)
      .then(() => this.pacer.request('asked'), this.services.showError);
  }

  private dispose(): void {
    for (const watch of this.watches) watch.dispose();
  }

  /** From now on there is a page to show something to. */
  private async start(): Promise<CompareSnapshot> {
    try {
      await this.services.index.whenReady();
      await this.services.runs.refresh();
      return await this.makeSnapshot();
    } catch (error) {
      this.services.showError(error);
      throw error;
    } finally {
      this.pacer.setVisible(true);
    }
  }

  private async send(): Promise<void> {
    try {
      const snapshot = await this.makeSnapshot();
      this.page.show.asEvent(snapshot).catch(() => undefined);
    } catch (error) {
      this.services.showError(error);
    }
  }

  private async makeSnapshot(): Promise<CompareSnapshot> {
    const bases = this.gatherer.listBases();
    const kept = this.services.context.workspaceState.get(memoryKey);
    const chosen = bases.find(({ path }) => path === kept) ?? bases[0];
    const releases = chosen ? await this.gatherer.listReleases(chosen.path) : [];
    this.sequence++;
    this.shown = {
      sequence: this.sequence,
      isTrusted: vscode.workspace.isTrusted,
      bases,
      chosen: chosen?.path ?? null,
      releases,
      unmeasured: chosen ? (await listUnmeasured(this.services, chosen.path)).length : 0,
      measuring: chosen ? this.series.progressOf(chosen.path) : null,
    };
    return this.shown;
  }

  /** Starts what was requested and answers at once: a dialog may stay open for minutes. */
  private receive(received: unknown): Promise<void> {
    const asked = compareRequestSchema.safeParse(received);
    if (asked.success) this.act(asked.data).catch((error: unknown) => this.services.showError(error));
    else this.services.log.warn(`The page asked for something unknown: ${asked.error.message}`);
    return Promise.resolve();
  }

  private async act(request: CompareRequest): Promise<void> {
    this.assertShown(request.path);
    switch (request.type) {
      case 'chooseBase':
        this.chooseBase(request.path);
        return;
      case 'openReport':
        await openReport(request.path);
        return;
      case 'openRun':
        await run(commandIds.openRun, request.path);
        return;
      case 'verifyRelease':
        await run(commandIds.verify, request.path);
        return;
      case 'measureDrift':
        await run(commandIds.measureDrift, request.path);
        return;
      case 'measureReleases':
        await run(commandIds.measureReleases, request.path);
        return;
      case 'testSurvival':
        await run(commandIds.testSurvival, request.path);
    }
  }

  /** The page may ask only about what it shows. @throws UserError `not-offered`. */
  private assertShown(path: string): void {
    if (JSON.stringify(this.shown ?? null).includes(JSON.stringify(path))) return;
    throw new UserError('not-offered', `The page cannot open ${path}.`, 'Open it in the Explorer.');
  }
}

async function run(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}
