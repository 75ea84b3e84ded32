// An extension of the journey's own, beside ours in the same extension host: it measures how long that host's event loop
// is held up. It answers a file "start" in its folder by measuring anew, and "stop" by writing "result.json".
const { existsSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const folder = process.env.FINGERPRINT_PROBE_FOLDER;
const lookEveryMs = 100;
const resolutionMs = 5;

exports.activate = ({ subscriptions }) => {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const timer = setInterval(() => {
    if (take('start')) {
      histogram.reset();
      histogram.enable();
    }
    if (take('stop')) {
      histogram.disable();
      const toMs = (nanoseconds) => nanoseconds / 1e6 - resolutionMs;
      const measured = { p99Ms: toMs(histogram.percentile(99)), maxMs: toMs(histogram.max) };
      writeFileSync(join(folder, 'result.json'), JSON.stringify(measured));
    }
  }, lookEveryMs);
  subscriptions.push({ dispose: () => clearInterval(timer) });
};

function take(name) {
  const file = join(folder, name);
  if (!existsSync(file)) return false;
  rmSync(file);
  return true;
}
