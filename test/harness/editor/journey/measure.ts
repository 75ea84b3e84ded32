// Measurements of the journey while a run is shown: messages to the page, and how long the extension host is
// blocked.
import { buildSync } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../../scripts/common.mjs';
import type { ProbeResult } from '../probe/probe';
import type { Workbench } from '../workbench';
import { findFrame } from './accessibility';

declare global {
  interface Window {
    /** When each message reached the page while it was watched, by the page's clock. */
    messageTimes: number[];
  }
}

/** The most messages that the page received in any one second, and the delay of the extension host's event loop. */
interface RunMeasurement extends ProbeResult {
  readonly mostPerSecond: number;
  readonly meanPerSecond: number;
}

const answerLimitMs = 5_000;

/** Packages the probe, an extension in the same extension host as ours, into a .vsix file. */
export function packageProbe(path: string): void {
  const sources = join(root, 'test', 'harness', 'editor', 'probe');
  const folder = join(root, 'out', 'probe');
  buildSync({
    entryPoints: [join(sources, 'probe.ts')],
    outfile: join(folder, 'probe.cjs'),
    platform: 'node',
    target: 'node20',
    format: 'cjs',
  });
  copyFileSync(join(sources, 'package.json'), join(folder, 'package.json'));
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--skip-license', '--allow-missing-repository', '--out', path];
  execFileSync(process.execPath, [vsce, 'package', ...options], { cwd: folder, stdio: 'pipe' });
}

/** Measures for some seconds. */
export async function measureRun(workbench: Workbench, seconds: number): Promise<RunMeasurement> {
  const { page, profile } = workbench;
  const frame = await findFrame(workbench.webview());
  await frame.evaluate(() => {
    window.messageTimes = [];
    window.addEventListener('message', () => window.messageTimes.push(performance.now()));
  });
  writeFileSync(join(profile.folder, 'start'), '');
  await page.waitForTimeout(seconds * 1000);
  const times = await frame.evaluate(() => window.messageTimes);
  writeFileSync(join(profile.folder, 'stop'), '');
  const delay = await readAnswer(page, join(profile.folder, 'result.json'));
  const inSecondFrom = (start: number): number =>
    times.filter((time) => time >= start && time < start + 1000).length;
  return {
    mostPerSecond: Math.max(0, ...times.map(inSecondFrom)),
    meanPerSecond: times.length / seconds,
    ...delay,
  };
}

async function readAnswer(page: Page, file: string): Promise<ProbeResult> {
  const endMs = Date.now() + answerLimitMs;
  while (!existsSync(file)) {
    if (Date.now() > endMs) throw new Error('The probe in the extension host does not answer.');
    await page.waitForTimeout(50);
  }
  const answer = JSON.parse(readFileSync(file, 'utf8')) as ProbeResult;
  rmSync(file);
  return answer;
}
