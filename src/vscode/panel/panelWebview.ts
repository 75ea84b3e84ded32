import type * as vscode from 'vscode';
import type { PanelHost, PanelPage, PanelSnapshot } from '../../protocol/panel/snapshot';
import { actionRequestSchema, recipeEditSchema } from '../../protocol/panel/requests';
import { connectPage, loadPage, showPageIcon } from '../pages/connectPage';
import { SnapshotPacer } from '../pages/snapshotPacer';
import type { Services } from '../services';
import { handle } from './panelActions';
import { renderPanelPage } from './panelHtml';
import { PanelSession } from './panelSession';

/** The page gathers typing for 150 ms; with this delay the estimate follows 200 ms after the last key. */
const editRestMs = 50;

/** One webview: its page, and the traffic in both directions. */
export class PanelWebview {
  readonly session: PanelSession;
  private readonly pacer: SnapshotPacer;
  private readonly page;
  private readonly watches: readonly { dispose(): unknown }[];
  private sequence = 0;
  private shown: Omit<PanelSnapshot, 'sequence'> | undefined;
  private editTimer: NodeJS.Timeout | undefined;
  private lastFault: string | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly services: Services,
  ) {
    this.session = new PanelSession(services);
    this.pacer = new SnapshotPacer(() => this.send());
    const host: PanelHost = {
      ready: () => this.start(),
      act: (request) => this.act(request),
      edit: (edit) => this.edit(edit),
    };
    const connected = connectPage<PanelPage, PanelHost>(panel.webview, host);
    this.page = connected.page;
    this.watches = [
      this.pacer,
      connected,
      this.session,
      this.session.onDidChange((urgency) => this.pacer.request(urgency)),
      panel.onDidChangeViewState(() => this.followVisibility()),
      panel.onDidDispose(() => this.dispose()),
    ];
    showPageIcon(panel, services.context);
    loadPage(panel.webview, services.context, 'panel', renderPanelPage);
  }

  private dispose(): void {
    clearTimeout(this.editTimer);
    for (const watch of this.watches) watch.dispose();
  }

  /** From now on there is a page to show something to. */
  private async start(): Promise<PanelSnapshot> {
    try {
      return await this.makeSnapshot();
    } catch (error) {
      this.showOnce(error);
      throw error;
    } finally {
      this.pacer.setVisible(true);
    }
  }

  private async makeSnapshot(): Promise<PanelSnapshot> {
    this.shown = await this.session.snapshot();
    this.sequence++;
    return { sequence: this.sequence, ...this.shown };
  }

  private async send(): Promise<void> {
    try {
      const snapshot = await this.makeSnapshot();
      // If the page is gone, it asks again when it is back.
      this.page.show.asEvent(snapshot).catch(() => undefined);
      this.lastFault = undefined;
    } catch (error) {
      this.showOnce(error);
    }
  }

  /** An error that recurs with every snapshot is shown the first time only. */
  private showOnce(error: unknown): void {
    const fault = String(error);
    if (fault !== this.lastFault) this.services.showError(error);
    this.lastFault = fault;
  }

  /** Starts the requested action and answers at once: a dialog may stay open for minutes. */
  private act(request: unknown): Promise<void> {
    const asked = actionRequestSchema.safeParse(request);
    if (asked.success)
      handle(asked.data, this.session, this.shown).catch((error: unknown) => this.services.showError(error));
    else this.services.log.warn(`The panel asked for something unknown: ${asked.error.message}`);
    return Promise.resolve();
  }

  private edit(received: unknown): Promise<void> {
    const edit = recipeEditSchema.safeParse(received);
    if (!edit.success) {
      this.services.log.warn(`The panel sent an unreadable edit: ${edit.error.message}`);
      return Promise.resolve();
    }
    clearTimeout(this.editTimer);
    this.session.noteEdit(edit.data);
    this.editTimer = setTimeout(() => this.pacer.request('asked'), editRestMs);
    return Promise.resolve();
  }

  /** A hidden page is discarded; the page that is loaded when the panel is visible again announces itself. */
  private followVisibility(): void {
    if (this.panel.visible) return;
    this.pacer.setVisible(false);
    this.session.previews.hideAll();
  }
}
