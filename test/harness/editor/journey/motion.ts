// Whether what a user sees of long work moves: its bar, its counts, its phase. Clocks do not count.
import type { Workbench } from '../workbench';
import { findFrame } from './accessibility';

/** How long the page showed the same progress, at most, while it showed this phase. */
export interface Stillness {
  readonly phase: string;
  readonly seconds: number;
}

interface Seen {
  readonly phase: string;
  readonly longestMs: number;
}

declare global {
  interface Window {
    motionSeen?: Seen[];
    motionTimer: number;
  }
}

const lookEveryMs = 100;

/** Begins to watch the page that is shown; a reloaded page has to be watched again. */
export async function watchMotion(workbench: Workbench): Promise<void> {
  const frame = await findFrame(workbench.webview());
  await frame.evaluate((everyMs) => {
    const seen = new Map<string, number>();
    let shown = '';
    let sinceMs = performance.now();
    window.motionSeen = [];
    clearInterval(window.motionTimer);
    window.motionTimer = window.setInterval(() => {
      const bar = document.querySelector<HTMLProgressElement>('progress.progress');
      if (bar === null) return;
      const head = document.querySelector('h2.working');
      const phase = (head?.querySelector('span:not(.codicon)') ?? head)?.textContent.trim() ?? '';
      const counts = [...document.querySelectorAll('.stack p.num')].map((one) => one.textContent);
      const now = [bar.value, head?.textContent, ...counts].join('|');
      const nowMs = performance.now();
      seen.set(phase, Math.max(seen.get(phase) ?? 0, nowMs - sinceMs));
      // A bar without a share moves by itself.
      if (now !== shown || !bar.hasAttribute('value')) sinceMs = nowMs;
      shown = now;
      window.motionSeen = [...seen].map(([name, longestMs]) => ({ phase: name, longestMs }));
    }, everyMs);
  }, lookEveryMs);
}

/** What was seen since the last call of {@link watchMotion}. */
export async function readMotion(workbench: Workbench): Promise<Stillness[]> {
  const frame = await findFrame(workbench.webview());
  const seen = await frame.evaluate(() => window.motionSeen ?? []);
  return seen.map(({ phase, longestMs }) => ({ phase, seconds: longestMs / 1000 }));
}
