// Shows every state of the report page, in the editor's four themes and three widths, and the exported page
// on paper, without VS Code: the page is the host's, with made-up reports. Pictures go to out/shots/reports/.
//   node scripts/run.mjs test/harness/pages/shootReports.ts [--check] [STATE …]
// With --check no pictures are taken: every page is checked by axe-core, measured for overflow, and used.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { giveUp, root } from '../../../scripts/common.mjs';
import type { ReportSnapshot } from '../../../src/protocol/reportPage';
import { renderDriftHtml, renderSurvivalHtml, renderVerifyHtml } from '../../../src/reports/html';
import { renderReportPage } from '../../../src/vscode/reports/reportHtml';
import { listReportCases, type ReportCase } from '../../pages/reportCases';
import { bundlePage } from './bundlePage';
import { openPages, themeNames, type Pages, type Theme } from './webviewPage';

/** The states that can be exported, too. */
type Report = Exclude<ReportSnapshot, { kind: 'problem' }>;

const widthsPx = { wide: 1200, middle: 600, narrow: 420 };
const heightPx = 900;
/** Beside an open side bar: the narrowest page with two columns, and one that is stacked. */
const besideSidebarPx = [1064, 932];
/** A4 without its margins, at 96 dots per inch. */
const paperWidthPx = 673;
/** States that together have every element and colour of a report: these are checked in every theme. */
const telling = ['match', 'undetermined', 'drift', 'survival', 'drift-not-ready', 'newer'];
/** axe-core checks every element of a page, so long lists are left out. */
const manyKeys = 256;
const shots = join(root, 'out', 'shots', 'reports');

export async function main(words: readonly string[]): Promise<void> {
  const isCheck = words.includes('--check');
  const chosen = words.filter((word) => !word.startsWith('--'));
  mkdirSync(shots, { recursive: true });
  const { resources, files } = bundlePage('report', join(root, 'out', 'pages', 'report-build'));
  const html = renderReportPage(resources, true);
  const cases = listReportCases().filter(({ name }) => chosen.length === 0 || chosen.includes(name));

  const pages = await openPages();
  try {
    for (const { name, snapshot } of cases) {
      for (const theme of themeNames) {
        if (isCheck && theme !== 'dark' && !telling.includes(name)) continue;
        const page = await pages.openWebview({
          html,
          files,
          theme,
          answers: { ready: snapshot },
          drawn: (opened) => opened.locator('main > section').first(),
        });
        await (isCheck ? checkEditor : shootEditor)(pages, page, { name, snapshot }, theme);
        await page.close();
      }
      if (snapshot.kind !== 'problem') await (isCheck ? checkPaper : shootPaper)(pages, name, snapshot);
    }
  } finally {
    await pages.close();
  }
  if (pages.faults.length > 0) giveUp(pages.faults.join('\n'));
  process.stdout.write(
    `Report page: ${cases.length} states ${isCheck ? 'without a fault' : `in ${shots}`}.\n`,
  );
}

async function shootEditor(_: Pages, page: Page, { name }: ReportCase, theme: Theme): Promise<void> {
  for (const [word, width] of Object.entries(widthsPx)) {
    if (word !== 'wide' && theme !== 'dark') continue;
    await setWidth(page, width);
    await page.screenshot({ path: join(shots, `${name}-${theme}-${word}.png`), fullPage: true });
  }
}

/** The layout is the same in every theme; the colours are not. */
async function checkEditor(
  pages: Pages,
  page: Page,
  { name, snapshot }: ReportCase,
  theme: Theme,
): Promise<void> {
  if (theme === 'dark')
    for (const width of [...Object.values(widthsPx), ...besideSidebarPx]) {
      await setWidth(page, width);
      await pages.checkFit(page, `${name}, ${width} px`);
      for (const table of await listWideTables(page))
        pages.faults.push(`${name}, ${width} px: the table "${table}" leaves its column.`);
    }
  await setWidth(page, widthsPx.wide);
  if (theme === 'dark' && name === 'match') await checkUse(pages, page);
  if (isLong(snapshot)) return;
  await pages.checkAccess(page, `${name}, ${theme}`);
}

/** Tables that reach beyond the column they are in, which a page that does not scroll hides. */
function listWideTables(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.verdict table')].flatMap((table) => {
      const column = table.parentElement!.getBoundingClientRect();
      const isInside = table.getBoundingClientRect().right <= column.right + 1;
      return isInside ? [] : [table.querySelector('caption')?.textContent.trim() ?? ''];
    }),
  );
}

/** Filters show their rows, and presses reach the editor. */
async function checkUse({ faults }: Pages, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Not answered 3' }).press('Enter');
  const rows = await page.locator('tr[data-kind]:visible').count();
  if (rows !== 3) faults.push(`"Not answered 3" leaves ${rows} rows.`);
  const said = await page.getByRole('status').textContent();
  if (said !== '3 keys shown.') faults.push(`The filter says "${String(said)}".`);
  await page.getByRole('button', { name: 'Copy Commitment' }).click();
  await page.getByRole('button', { name: 'Reveal Keys…' }).click();
  await page.waitForFunction(() => window.asked.length === 3);
  const asked = JSON.stringify((await page.evaluate(() => window.asked)).slice(1));
  const expected =
    /^\[\["act",\{"type":"copy","text":"c41e.*?"\}\],\["act",\{"type":"revealKeys","isRevealed":true\}\]\]$/;
  if (!expected.test(asked)) faults.push(`The page asked for ${asked}.`);
  await page.getByRole('button', { name: 'All 64' }).click();
}

async function openPaper(pages: Pages, snapshot: Report): Promise<Page> {
  const page = await pages.openPage();
  const text =
    snapshot.kind === 'verify'
      ? renderVerifyHtml(snapshot.report, new Map(snapshot.revealed ?? []))
      : snapshot.kind === 'drift'
        ? renderDriftHtml(snapshot.report)
        : renderSurvivalHtml(snapshot.report);
  await page.setContent(text);
  return page;
}

async function shootPaper(pages: Pages, name: string, snapshot: Report): Promise<void> {
  const page = await openPaper(pages, snapshot);
  await setWidth(page, widthsPx.wide);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(shots, `${name}-export-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await setWidth(page, paperWidthPx);
  await page.screenshot({ path: join(shots, `${name}-print.png`), fullPage: true });
  await page.pdf({ path: join(shots, `${name}.pdf`), preferCSSPageSize: true });
  await page.close();
}

async function checkPaper(pages: Pages, name: string, snapshot: Report): Promise<void> {
  const page = await openPaper(pages, snapshot);
  for (const colorScheme of telling.includes(name) ? (['light', 'dark'] as const) : []) {
    await page.emulateMedia({ colorScheme });
    await pages.checkAccess(page, `${name}, exported, ${colorScheme}`);
  }
  await setWidth(page, widthsPx.narrow);
  await pages.checkFit(page, `${name}, exported, ${widthsPx.narrow} px`);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await setWidth(page, paperWidthPx);
  await pages.checkFit(page, `${name}, printed`);
  await page.close();
}

/** After a change of width, charts are drawn again in the next frame. */
async function setWidth(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: heightPx });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

function isLong(snapshot: ReportSnapshot): boolean {
  return snapshot.kind === 'verify' && snapshot.report.keys.length > manyKeys;
}
