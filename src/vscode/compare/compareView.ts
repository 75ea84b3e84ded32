import * as vscode from 'vscode';
import { compareViewType } from '../../ids';
import type { Services } from '../services';
import { compareTitle } from './compareHtml';
import type { CompareWebview } from './compareWebview';

/** The page Compare Releases, as commands use it. */
export interface CompareHandle {
  /** Opens or shows it, for a base if one is given. */
  open(base?: string): Promise<void>;
  dispose(): void;
}

/** Registers the page, and returns what opens it. There is one per window; it comes back with the window. */
export function registerCompare(services: Services): CompareHandle {
  let current: { panel: vscode.WebviewPanel; view: Promise<CompareWebview> } | undefined;
  const adopt = (panel: vscode.WebviewPanel): NonNullable<typeof current> => {
    current?.panel.dispose();
    const adopted = { panel, view: fill(panel, services) };
    current = adopted;
    panel.onDidDispose(() => {
      if (current === adopted) current = undefined;
    });
    return adopted;
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(compareViewType, {
    deserializeWebviewPanel: async (restored) => {
      await adopt(restored).view;
    },
  });
  return {
    async open(base) {
      const { panel, view } = current ?? adopt(createPanel());
      panel.reveal();
      const page = await view;
      if (base !== undefined) page.chooseBase(base);
    },
    dispose() {
      serializer.dispose();
      current?.panel.dispose();
    },
  };
}

function createPanel(): vscode.WebviewPanel {
  const options = { enableScripts: true };
  return vscode.window.createWebviewPanel(compareViewType, compareTitle, vscode.ViewColumn.Active, options);
}

/** The page's code is loaded with the first page, so that activation does not wait for it. */
async function fill(panel: vscode.WebviewPanel, services: Services): Promise<CompareWebview> {
  const { CompareWebview } = await import('./compareWebview');
  return new CompareWebview(panel, services);
}
