// Shows every state of every page, without VS Code, as people meet it who need large letters, a narrow window, a
// theme of high contrast or a voice: at 400 px and at 150 % zoom in the editor's four themes, with axe-core and
// without scrolling sideways, and once as the text of its accessibility tree, in which faults are looked for.
//   node scripts/run.mjs test/harness/pages/reach.ts [--shots] [dark|light|hc|hcl …] [STATE …]
// The texts go to out/shots/reach/STATE.aria.txt, with --shots the pictures too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { giveUp, root } from '../../../scripts/common.mjs';
import { renderComparePage } from '../../../src/vscode/compare/compareHtml';
import { renderPanelPage } from '../../../src/vscode/panel/panelHtml';
import { renderReportPage } from '../../../src/vscode/reports/reportHtml';
import { compareSnapshots } from '../../pages/compareStory';
import { listReportCases } from '../../pages/reportCases';
import { snapshots } from '../../pages/snapshots';
import { findFaults, listenTo } from '../listening';
import { bundlePage, type BundledPage } from './bundlePage';
import { isTheme, openPages, themeNames, type Pages, type Theme } from './webviewPage';

/** A page in one state, which is ready once this is in it. */
interface State {
  readonly name: string;
  readonly html: string;
  readonly files: BundledPage['files'];
  readonly snapshot: unknown;
  readonly sign: string;
  /** What a listener has to hear first. */
  readonly first?: RegExp;
}

/** In CSS pixels. A zoom of 150 % leaves a window of 1280 by 900 with two thirds of them. */
const windows = {
  narrow: { width: 400, height: 900 },
  zoomed: { width: 853, height: 600 },
};
/** At this width nothing may scroll sideways but a table of measurements: WCAG 2.2, 1.4.10. */
const reflowPx = 320;
/** axe-core checks every element, so long lists are left out. */
const longStates = ['report-many-keys'];
const shots = join(root, 'out', 'shots', 'reach');

export async function main(words: readonly string[]): Promise<void> {
  const chosen = words.filter((word) => !word.startsWith('--') && !isTheme(word));
  const chosenThemes = words.filter(isTheme);
  const states = listStates().filter(
    ({ name }) => chosen.length === 0 || chosen.some((word) => name.startsWith(word)),
  );
  mkdirSync(shots, { recursive: true });
  const pages = await openPages();
  try {
    for (const state of states)
      for (const theme of chosenThemes.length > 0 ? chosenThemes : themeNames)
        await meet(pages, state, theme, words.includes('--shots'));
  } finally {
    await pages.close();
  }
  if (pages.faults.length > 0) giveUp(pages.faults.join('\n'));
  process.stdout.write(`${states.length} states within everybody's reach.\n`);
}

function listStates(): State[] {
  const build = join(root, 'out', 'pages', 'reach-build');
  const panel = bundlePage('panel', build);
  const report = bundlePage('report', build);
  const compare = bundlePage('compare', build, 'compare/compare.ts');
  return [
    ...Object.entries(snapshots).map(([name, snapshot]) => ({
      name: `panel-${name}`,
      html: renderPanelPage(panel.resources),
      files: panel.files,
      snapshot,
      sign: '[role=tabpanel]',
    })),
    ...listReportCases().map(({ name, snapshot }) => ({
      name: `report-${name}`,
      html: renderReportPage(report.resources, true),
      files: report.files,
      snapshot,
      sign: 'main > section',
      first: /heading/,
    })),
    ...Object.entries(compareSnapshots).map(([name, snapshot]) => ({
      name: `compare-${name}`,
      html: renderComparePage(compare.resources),
      files: compare.files,
      snapshot,
      sign: 'h2',
    })),
  ];
}

async function meet(pages: Pages, state: State, theme: Theme, isShot: boolean): Promise<void> {
  const { name, html, files, snapshot, sign, first } = state;
  const page = await pages.openWebview({
    html,
    files,
    theme,
    answers: { ready: snapshot },
    drawn: (opened) => opened.locator(sign).first(),
  });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const [word, window] of Object.entries(windows)) {
    await setWindow(page, window);
    await pages.checkFit(page, `${name}, ${theme}, ${word}`);
    if (!longStates.includes(name)) await pages.checkAccess(page, `${name}, ${theme}, ${word}`);
    if (isShot) await page.screenshot({ path: join(shots, `${name}-${theme}-${word}.png`), fullPage: true });
  }
  if (theme === 'dark') {
    await listen(pages, page, name, first);
    await setWindow(page, { ...windows.zoomed, width: reflowPx });
    if (!name.startsWith('report-')) await pages.checkFit(page, `${name}, ${reflowPx} px`);
  }
  await page.close();
}

/** What is heard is the same in every theme. */
async function listen({ faults }: Pages, page: Page, name: string, first?: RegExp): Promise<void> {
  const heard = await listenTo(page.locator('body'));
  writeFileSync(join(shots, `${name}.aria.txt`), `${heard}\n`);
  faults.push(...findFaults(heard, first).map((fault) => `${name}, heard: ${fault}`));
}

/** Charts are drawn again in the next frame. */
async function setWindow(
  page: Page,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
