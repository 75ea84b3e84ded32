import { compareViewType } from '../../ids';
import { OnePage } from '../pages/onePage';
import type { Services } from '../services';
import { compareTitle } from './compareHtml';
import type { DriftSeries } from './driftSeries';

/** The page Compare Releases, as commands use it. */
export interface CompareHandle {
  /** Opens or shows it, for a base if one is given. */
  open(base?: string): Promise<void>;
  /** Measures the drift of all releases of a base alike. @throws as DriftSeries.measure. */
  measure(base: string): Promise<void>;
  dispose(): void;
}

/** Registers the page, and returns what opens it. */
export function registerCompare(services: Services): CompareHandle {
  let series: Promise<DriftSeries> | undefined;
  const openSeries = (): Promise<DriftSeries> =>
    (series ??= import('./driftSeries').then(({ DriftSeries: Series }) => new Series(services)));
  const one = new OnePage({
    viewType: compareViewType,
    title: compareTitle,
    fill: async (panel) => {
      const { CompareWebview } = await import('./compareWebview');
      return new CompareWebview(panel, services, await openSeries());
    },
  });
  return {
    async open(base) {
      const page = await one.open();
      if (base !== undefined) page.chooseBase(base);
    },
    measure: async (base) => (await openSeries()).measure(base),
    dispose: () => {
      one.dispose();
      void series?.then((opened) => opened.dispose());
    },
  };
}
