// An extension of the journey's own, beside ours in the same extension host: it measures how long that host's event loop
// is held up. It answers a file "start" in its folder by measuring anew, and "stop" by writing "result.json".
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** For how long the event loop was held up: at most so long in 99 of 100 times, and the longest time. */
export interface ProbeResult {
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface ExtensionContext {
  readonly subscriptions: { dispose(): void }[];
}

const folder = process.env.FINGERPRINT_PROBE_FOLDER ?? '';
const lookEveryMs = 100;
const resolutionMs = 5;

/** What the editor calls. */
export function activate({ subscriptions }: ExtensionContext): void {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const timer = setInterval(() => {
    if (take('start')) {
      histogram.reset();
      histogram.enable();
    }
    if (take('stop')) {
      histogram.disable();
      const toMs = (nanoseconds: number): number => nanoseconds / 1e6 - resolutionMs;
      const measured: ProbeResult = { p99Ms: toMs(histogram.percentile(99)), maxMs: toMs(histogram.max) };
      writeFileSync(join(folder, 'result.json'), JSON.stringify(measured));
    }
  }, lookEveryMs);
  subscriptions.push({ dispose: () => clearInterval(timer) });
}

function take(name: string): boolean {
  const file = join(folder, name);
  if (!existsSync(file)) return false;
  rmSync(file);
  return true;
}
