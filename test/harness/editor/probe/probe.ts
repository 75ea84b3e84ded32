// An extension of the journey, beside ours in the same extension host: measures how long that host's event
// loop is blocked. A file "start" in its folder starts a new measurement; "stop" makes it write
// "result.json".
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long the event loop was blocked: at most so long in 99 of 100 cases, and the longest time. */
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

/** Called by the editor. */
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
