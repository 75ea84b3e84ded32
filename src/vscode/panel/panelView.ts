import { panelViewType } from '../../ids';
import type { Recipe } from '../../contract/recipe';
import type { StepName } from '../../protocol/panel/requests';
import { OnePage } from '../pages/onePage';
import type { PanelHandle, Services } from '../services';
import type { PanelWebview } from './panelWebview';

/** Registers the panel, and returns what opens it. */
export function registerPanel(services: Services): PanelHandle {
  return new PanelKeeper(services);
}

class PanelKeeper implements PanelHandle {
  private readonly one: OnePage<PanelWebview>;
  private selected: string | undefined;

  constructor(services: Services) {
    this.one = new OnePage({
      viewType: panelViewType,
      title: 'Fingerprint Model',
      fill: async (panel) => {
        const { PanelWebview } = await import('./panelWebview');
        return new PanelWebview(panel, services);
      },
    });
  }

  get isVisible(): boolean {
    return this.one.isVisible;
  }

  shows(runFolder: string, step?: StepName): boolean {
    const session = this.one.visible?.session;
    if (session === undefined) return false;
    const isAtStep = step === undefined || session.intent.step === step;
    return isAtStep && session.shownEmbedding?.run.folder === runFolder;
  }

  noteSelection(model: string | undefined): void {
    this.selected = model;
  }

  async open(step?: StepName, model?: string, runFolder?: string): Promise<void> {
    const { session } = await this.one.open();
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
    const { session } = await this.one.open();
    await session.whenStarted();
    if (session.intent.model === null) session.chooseModel(await askModel());
    const { adoptRecipe } = await import('./recipe/loading');
    await adoptRecipe(session, recipe);
  }

  dispose(): void {
    this.one.dispose();
  }
}
