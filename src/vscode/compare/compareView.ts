import { compareViewType } from '../../ids';
import { OnePage } from '../pages/onePage';
import type { Services } from '../services';
import { compareTitle } from './compareHtml';

/** The page Compare Releases, as commands use it. */
export interface CompareHandle {
  /** Opens or shows it, for a base if one is given. */
  open(base?: string): Promise<void>;
  dispose(): void;
}

/** Registers the page, and returns what opens it. */
export function registerCompare(services: Services): CompareHandle {
  const one = new OnePage({
    viewType: compareViewType,
    title: compareTitle,
    fill: async (panel) => {
      const { CompareWebview } = await import('./compareWebview');
      return new CompareWebview(panel, services);
    },
  });
  return {
    async open(base) {
      const page = await one.open();
      if (base !== undefined) page.chooseBase(base);
    },
    dispose: () => one.dispose(),
  };
}
