// What the parts of using a page share.
import type { Page } from 'playwright-core';
import type { PanelSnapshot } from '../../../src/protocol/panel/snapshot';

declare global {
  interface Window {
    /** The number of the newest snapshot that was shown. */
    sequence?: number;
  }
}

/** One part of the use: the page, its possible snapshots, and the expectations. */
export interface Use {
  readonly page: Page;
  /** The snapshot of a state. */
  readonly of: (state: string) => PanelSnapshot;
  /** Records the sentence as a fault if the condition is false. */
  readonly expect: (isSo: boolean | undefined, sentence: string) => void;
}

/** Shows a snapshot as the host does; each is newer than those before. */
export async function showSnapshot(
  page: Page,
  snapshot: PanelSnapshot,
  { keepsFocus = false }: { keepsFocus?: boolean } = {},
): Promise<void> {
  await page.evaluate(
    ({ next, isKept }) => {
      if (!isKept) (document.activeElement as HTMLElement | null)?.blur();
      window.sequence = (window.sequence ?? next.sequence) + 1;
      const show = { t: 'q', m: 'show', a: [{ ...next, sequence: window.sequence }] };
      dispatchEvent(new MessageEvent('message', { data: show }));
    },
    { next: snapshot, isKept: keepsFocus },
  );
  // Content in boxes of its own follows a frame later.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/** Controls of the toolkit follow changes a moment later. */
export async function becomes(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 40; tries++) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
