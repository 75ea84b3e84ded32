import * as vscode from 'vscode';
import { panelViewType } from '../../ids';
import type { Recipe } from '../../contract/recipe';
import type { StepName } from '../../protocol/panel/requests';
import type { PanelHandle, Services } from '../services';
import type { PanelWebview } from './panelWebview';

const title = 'Fingerprint Model';

/** Registers the panel, and returns what opens it. There is one panel per window; it comes back with the window. */
export function registerPanel(services: Services): PanelHandle {
  return new PanelKeeper(services);
}

/** An existing panel, with its content. */
interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly view: Promise<PanelWebview>;
  /** The same once it is loaded. */
  content?: PanelWebview;
}

class PanelKeeper implements PanelHandle {
  private current: OpenPanel | undefined;
  private readonly serializer: vscode.Disposable;
  private selected: string | undefined;

  constructor(private readonly services: Services) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(panelViewType, {
      deserializeWebviewPanel: async (restored) => {
        await this.adopt(restored).view;
      },
    });
  }

  get isVisible(): boolean {
    return this.current?.panel.visible ?? false;
  }

  shows(runFolder: string, step?: StepName): boolean {
    const session = this.current?.content?.session;
    if (session === undefined || !this.isVisible) return false;
    const isAtStep = step === undefined || session.intent.step === step;
    return isAtStep && session.shownEmbedding?.run.folder === runFolder;
  }

  noteSelection(model: string | undefined): void {
    this.selected = model;
  }

  async open(step?: StepName, model?: string, runFolder?: string): Promise<void> {
    const { panel, view } = this.current ?? this.adopt(createPanel());
    panel.reveal();
    const { session } = await view;
    const chosen = model ?? (session.intent.model === null ? this.selected : undefined);
    if (chosen !== undefined) session.chooseModel(chosen);
    if (runFolder !== undefined) session.showRun(runFolder);
    if (step !== undefined) session.setStep(step);
  }

  async useRecipe(
    recipe: Partial<Recipe>,
    model: string | undefined,
    askModel: () => Promise<string>,
  ): Promise<void> {
    await this.open('recipe', model);
    const { session } = await this.current!.view;
    await session.whenStarted();
    if (session.intent.model === null) session.chooseModel(await askModel());
    const { adoptRecipe } = await import('./recipe/loading');
    await adoptRecipe(session, recipe);
  }

  dispose(): void {
    this.serializer.dispose();
    this.current?.panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): OpenPanel {
    this.current?.panel.dispose();
    const current: OpenPanel = { panel, view: fill(panel, this.services) };
    this.current = current;
    void current.view.then((content) => (current.content = content));
    panel.onDidDispose(() => {
      if (this.current === current) this.current = undefined;
    });
    return current;
  }
}

function createPanel(): vscode.WebviewPanel {
  const options = { enableScripts: true };
  return vscode.window.createWebviewPanel(panelViewType, title, vscode.ViewColumn.Active, options);
}

/** The panel's code is loaded with the first panel, so that activation does not wait for it. */
async function fill(panel: vscode.WebviewPanel, services: Services): Promise<PanelWebview> {
  const { PanelWebview } = await import('./panelWebview');
  return new PanelWebview(panel, services);
}
