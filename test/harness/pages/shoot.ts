// Shows every state of the panel, in the editor's four themes and three widths, without VS Code: the page is
// the host's, with the snapshots of test/pages. Pictures go to out/pages/.
//   node scripts/run.mjs test/harness/pages/shoot.ts [--check] [dark|light|hc|hcl …] [WIDTH …] [STATE …]
// With --check no pictures are taken: every state is checked by axe-core in one theme and some in the others,
// measured for overflow, and used.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { giveUp, root } from '../../../scripts/common.mjs';
import { renderPanelPage } from '../../../src/vscode/panel/panelHtml';
import { snapshots } from '../../pages/snapshots';
import { bundlePage, type BundledPage } from './bundlePage';
import { showSnapshot } from './use';
import { usePanel } from './usePanel';
import { isTheme, openPages, themeNames, type Pages, type Theme } from './webviewPage';

/** What is shown, and where. */
interface Show {
  readonly pages: Pages;
  readonly panel: BundledPage;
  readonly states: readonly string[];
  readonly widths: readonly number[];
}

const widthsPx = [1200, 600, 420];
const heightPx = 900;
/** The states whose colours or layout differ most from the others'. */
const tellingStates = ['model', 'keys', 'recipe-invalid', 'run', 'run-failed', 'report', 'report-not-ready'];
const out = join(root, 'out', 'pages');

export async function main(words: readonly string[]): Promise<void> {
  const isCheck = words.includes('--check');
  const chosenThemes = words.filter(isTheme);
  const chosenWidths = words.map(Number).filter((width) => width > 0);
  const chosenStates = words.filter((word) => /^[a-z]/.test(word) && !isTheme(word));
  mkdirSync(out, { recursive: true });
  const panel = bundlePage('panel', out);
  const states = Object.keys(snapshots).filter(
    (name) => chosenStates.length === 0 || chosenStates.some((word) => name.startsWith(word)),
  );

  let drawings = 0;
  const pages = await openPages();
  const show = { pages, panel, states, widths: chosenWidths.length > 0 ? chosenWidths : widthsPx };
  try {
    for (const theme of chosenThemes.length > 0 ? chosenThemes : themeNames) {
      const page = await openPanel(show, theme);
      drawings += await (isCheck ? checkTheme : shootTheme)(show, page, theme);
      if (isCheck && theme === 'dark') await usePanel(page, snapshots, pages.faults);
      await page.close();
    }
  } finally {
    await pages.close();
  }
  if (pages.faults.length > 0) giveUp(pages.faults.join('\n'));
  process.stdout.write(`Panel page: ${drawings} drawings ${isCheck ? 'without a fault' : `in ${out}`}.\n`);
}

async function openPanel({ pages, panel }: Show, theme: Theme): Promise<Page> {
  const page = await pages.openWebview({
    html: renderPanelPage(panel.resources),
    files: panel.files,
    theme,
    answers: { ready: snapshots.model },
    drawn: (opened) => opened.getByRole('tabpanel'),
  });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  return page;
}

/** Returns the number of drawings that were checked. The layout is the same in every theme; the colours are not. */
async function checkTheme({ pages, states }: Show, page: Page, theme: Theme): Promise<number> {
  const names = theme === 'dark' ? states : states.filter((name) => tellingStates.includes(name));
  for (const name of names) {
    await setWidth(page, widthsPx[0]!);
    await showSnapshot(page, snapshots[name]!);
    await pages.checkAccess(page, `${name}, ${theme}`);
    if (theme !== 'dark') continue;
    for (const width of widthsPx.slice(1)) {
      await setWidth(page, width);
      await pages.checkFit(page, `${name}, ${width} px`);
    }
  }
  return names.length;
}

/** Returns the number of pictures. */
async function shootTheme({ states, widths }: Show, page: Page, theme: Theme): Promise<number> {
  for (const width of widths)
    for (const name of states) {
      await setWidth(page, width);
      await showSnapshot(page, snapshots[name]!);
      await page.screenshot({ path: join(out, `${theme}-${width}-${name}.png`), fullPage: true });
    }
  return widths.length * states.length;
}

async function setWidth(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: heightPx });
}
