// What the journey measures while a run is shown: messages to the page, and how long the extension host is held up.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../steps.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const answerLimitMs = 5_000;

/** Packages the probe, an extension that lives in the same extension host as ours, into a .vsix file. */
export function packageProbe(path) {
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--skip-license', '--allow-missing-repository', '--out', path];
  execFileSync(process.execPath, [vsce, 'package', ...options], {
    cwd: join(here, '..', 'probe'),
    stdio: 'pipe',
  });
}

/**
 * Watches for some seconds and gives { mostPerSecond, meanPerSecond, p99Ms, maxMs }: messages the page received in any one
 * second, and the delay of the extension host's event loop.
 */
export async function measureRun({ page, profile, webview }, seconds) {
  const frame = await (await webview().locator('html').elementHandle()).ownerFrame();
  await frame.evaluate(() => {
    globalThis.messageTimes = [];
    globalThis.addEventListener('message', () => globalThis.messageTimes.push(performance.now()));
  });
  writeFileSync(join(profile.folder, 'start'), '');
  await page.waitForTimeout(seconds * 1000);
  const times = await frame.evaluate(() => globalThis.messageTimes);
  writeFileSync(join(profile.folder, 'stop'), '');
  const delay = await readAnswer(page, join(profile.folder, 'result.json'));
  const inSecondFrom = (start) => times.filter((time) => time >= start && time < start + 1000).length;
  return {
    mostPerSecond: Math.max(0, ...times.map(inSecondFrom)),
    meanPerSecond: times.length / seconds,
    ...delay,
  };
}

async function readAnswer(page, file) {
  const endMs = Date.now() + answerLimitMs;
  while (!existsSync(file)) {
    if (Date.now() > endMs) throw new Error('The probe in the extension host does not answer.');
    await page.waitForTimeout(50);
  }
  const answer = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  return answer;
}
